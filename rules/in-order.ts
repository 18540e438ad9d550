import type { Detection } from '#detector/detection.ts';

/** Strongest first; equal scores by id, then by place, so that the order of the input never matters. */
export function byScore(a: Detection, b: Detection): number {
  return rank(b) - rank(a) || compareText(a.id, b.id) || a.box.x1 - b.box.x1 || a.box.y1 - b.box.y1;
}

/** A score that is no number counts as the strongest: it is looked at first. */
function rank(detection: Detection): number {
  return Number.isFinite(detection.score) ? detection.score : Number.MAX_VALUE;
}

/** Order by code units: the same on every machine and in every language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
