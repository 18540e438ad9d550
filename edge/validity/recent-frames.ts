import { createHash } from 'node:crypto';
import type { Image } from '#detector/image.ts';

/** A frame as it is held against those before it. */
export interface ShownFrame {
  readonly viewId: string;
  readonly trigger: string;
  readonly image: Image;
}

/** Remembers the pixels of the last frames of each view: a camera that hangs shows an old part as a new one. */
export interface RecentFrames {
  /** True when another trigger among the last `within` frames of this view showed exactly these pixels. */
  repeats(shown: ShownFrame, within: number): boolean;
}

/** Remembers frames by digest, as many of each view as is asked for. */
export function createRecentFrames(): RecentFrames {
  const seen = new Map<string, readonly { readonly trigger: string; readonly digest: string }[]>();
  return {
    repeats: ({ viewId, trigger, image }, within) => {
      if (within === 0) return false;
      const digest = createHash('sha256').update(image.data).digest('base64');
      const before = (seen.get(viewId) ?? []).slice(-within);
      seen.set(viewId, [...before, { trigger, digest }].slice(-within));
      return before.some((frame) => frame.digest === digest && frame.trigger !== trigger);
    },
  };
}
