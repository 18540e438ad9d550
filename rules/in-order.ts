import type { Detection } from '#detector/detection.ts';

/**
 * Strongest first, of equal scores the largest (differences from a golden have no other strength), then by id and place,
 * so that the order of the input never matters.
 */
export function byScore(a: Detection, b: Detection): number {
  return (
    rank(b.score) - rank(a.score) ||
    rank(b.areaPx) - rank(a.areaPx) ||
    compareText(a.id, b.id) ||
    a.box.x1 - b.box.x1 ||
    a.box.y1 - b.box.y1
  );
}

/** What is no number counts as the strongest: it is looked at first. */
function rank(value: number): number {
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Order by code units: the same on every machine and in every language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
