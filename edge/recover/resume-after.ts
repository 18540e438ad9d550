import type { FramePosition } from '#edge/camera.ts';
import type { OpenTrigger } from '#edge/station-line.ts';

/**
 * Where to begin reading frames so that none of an awaited trigger is missed without a word: before the first frame of
 * the newest epoch that still has such triggers. null where nothing is awaited: then the oldest frame in the ring will do.
 */
export function resumeAfter(awaited: readonly OpenTrigger[]): FramePosition | null {
  const newest = awaited.toSorted((a, b) => Date.parse(b.triggeredAt) - Date.parse(a.triggeredAt))[0];
  if (!newest) return null;
  const ofEpoch = awaited.filter(({ epoch }) => epoch === newest.epoch);
  const frameIds = ofEpoch.flatMap(({ frameIds: ids }) => Object.values(ids));
  return frameIds.length === 0 ? null : { epoch: newest.epoch, frameId: Math.max(0, Math.min(...frameIds) - 1) };
}
