import { boxArea, intersectionArea, type Box } from '#detector/box.ts';
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
  // Only boxes that meet can be one, and such have a square of the grid in common: a frame with thousands takes no longer
  // for each than one with a few.
  const near = new Map<string, number[]>();
  for (const one of order) {
    const squares = squaresOf(one.box);
    const index = firstSame(one, squares, { kept, near, limits });
    const other = index === null ? undefined : kept[index];
    if (index === null || !other) {
      for (const square of squares) pushTo(near, square, kept.length);
      kept.push(one);
    } else if (other.label === one.label && one.score > other.score) kept[index] = { ...other, score: one.score };
  }
  return kept.sort(byScore);
}

const squarePx = 64;

/** The squares of the grid that a box touches. */
function squaresOf({ x1, y1, x2, y2 }: Box): readonly string[] {
  const squares: string[] = [];
  for (let row = Math.floor(y1 / squarePx); row <= Math.floor(y2 / squarePx); row += 1)
    for (let column = Math.floor(x1 / squarePx); column <= Math.floor(x2 / squarePx); column += 1)
      squares.push(`${row} ${column}`);
  return squares;
}

function pushTo(near: Map<string, number[]>, square: string, index: number): void {
  const there = near.get(square);
  if (there) there.push(index);
  else near.set(square, [index]);
}

interface Kept {
  readonly kept: readonly RawDetection[];
  /** Places in `kept` of the boxes that touch a square. */
  readonly near: ReadonlyMap<string, readonly number[]>;
  readonly limits: MergeLimits;
}

/** The first of those kept that says the same; null where none does. */
function firstSame(one: RawDetection, squares: readonly string[], { kept, near, limits }: Kept): number | null {
  let first: number | null = null;
  for (const square of squares)
    for (const index of near.get(square) ?? []) {
      if (first !== null && index >= first) break;
      const other = kept[index];
      if (other && isSame(one, other, limits)) first = index;
    }
  return first;
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
