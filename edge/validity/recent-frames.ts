import { createHash } from 'node:crypto';
import type { Image } from '#detector/image.ts';

/** Remembers the pixels of the last frames of each view: a camera that hangs shows an old part as a new one. */
export interface RecentFrames {
  /** True when another trigger of late showed exactly these pixels in this view. Remembers them in any case. */
  repeats(viewId: string, trigger: string, image: Image): boolean;
}

/** Remembers `perView` frames of each view, by digest. */
export function createRecentFrames(perView: number): RecentFrames {
  const seen = new Map<string, { readonly trigger: string; readonly digest: string }[]>();
  return {
    repeats: (viewId, trigger, image) => {
      const digest = createHash('sha256').update(image.data).digest('base64');
      const frames = seen.get(viewId) ?? [];
      const repeated = frames.some((frame) => frame.digest === digest && frame.trigger !== trigger);
      seen.set(viewId, [...frames, { trigger, digest }].slice(-perView));
      return repeated;
    },
  };
}
