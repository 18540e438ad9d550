import { boxArea, intersectionArea } from '#detector/box.ts';
import type { RawDetection } from '#detector/raw-detection.ts';

/** From which overlap on two detections are one. */
export interface MergeLimits {
  /** Intersection over union, same label. */
  readonly sameLabelIou: number;
  /** Intersection over union, labels differ: the stronger label stands. */
  readonly anyLabelIou: number;
  /** Intersection over the smaller box, same label: a piece of a defect that another box has whole. */
  readonly inside: number;
}

/** The limits that the models are evaluated with when they are trained. */
export const mergeLimits: MergeLimits = { sameLabelIou: 0.33, anyLabelIou: 0.6, inside: 0.75 };

/**
 * Merges what all windows of one frame say, once: greedy by score (Viola and Jones 2001's non-maximum suppression, with
 * intersection over the smaller box for pieces). A box that a window's edge has cut yields to a whole one, which then
 * takes the better score of the two. Ordered by falling score, then position; the order of the input does not matter.
 */
export function mergeDetections<Found extends RawDetection>(found: readonly Found[], limits = mergeLimits): Found[] {
  const order = [...found].sort((a, b) => Number(a.cut) - Number(b.cut) || byScore(a, b));
  const kept: Found[] = [];
  for (const one of order) {
    const index = kept.findIndex((other) => isSame(one, other, limits));
    const other = kept[index];
    if (!other) kept.push(one);
    else if (other.label === one.label && one.score > other.score) kept[index] = { ...other, score: one.score };
  }
  return kept.sort(byScore);
}

/** Falling score, then top to bottom, left to right: a total order, so that equal input gives equal output. */
export function byScore(a: RawDetection, b: RawDetection): number {
  return (
    b.score - a.score ||
    a.box.y1 - b.box.y1 ||
    a.box.x1 - b.box.x1 ||
    a.label - b.label ||
    a.box.y2 - b.box.y2 ||
    a.box.x2 - b.box.x2
  );
}

/** Whether `a` says nothing that the kept `b` does not: never where it is the surer of two labels. */
function isSame(a: RawDetection, b: RawDetection, limits: MergeLimits): boolean {
  if (a.label !== b.label && a.score > b.score) return false;
  const common = intersectionArea(a.box, b.box);
  if (common === 0) return false;
  const areaA = boxArea(a.box);
  const areaB = boxArea(b.box);
  const union = common / (areaA + areaB - common);
  if (union > limits.anyLabelIou) return true;
  if (a.label !== b.label) return a.cut && !b.cut && common / areaA > limits.inside;
  return union > limits.sameLabelIou || common / Math.min(areaA, areaB) > limits.inside;
}
