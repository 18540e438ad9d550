import { intersectionArea, iou, type Box } from '#detector/box.ts';
import type { Truth } from '#detector/coco/read-coco.ts';

/** What the detector said, for scoring. */
export interface Call {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

/** One image with its calls, ordered by falling score, and its truth. */
export interface ScoredImage {
  readonly calls: readonly Call[];
  readonly truths: readonly Truth[];
}

/**
 * Which truth each call finds: its index, or -1. Greedy by falling score; a call takes the free truth of its own label
 * with the highest IoU, if that is at least `iouFrom`.
 */
export function matchImage({ calls, truths }: ScoredImage, iouFrom: number): Int32Array {
  const taken = new Set<number>();
  return Int32Array.from(calls, (call) => {
    let best = -1;
    let bestIou = iouFrom;
    for (const [index, truth] of truths.entries()) {
      if (truth.label !== call.label || taken.has(index)) continue;
      const overlap = iou(call.box, truth.box);
      if (overlap < bestIou || (overlap === bestIou && best >= 0)) continue;
      best = index;
      bestIou = overlap;
    }
    if (best >= 0) taken.add(best);
    return best;
  });
}

/** Whether the center of one box lies in the other, either way. */
export function centersMeet(a: Box, b: Box): boolean {
  return holdsCenter(a, b) || holdsCenter(b, a);
}

/** Whether a call points at no defect at all, of whatever label: it neither meets nor noticeably overlaps one. */
export function isFalseCall(call: Call, truths: readonly Truth[]): boolean {
  return !truths.some(({ box }) => intersectionArea(call.box, box) > 0 && centersMeet(call.box, box));
}

function holdsCenter(outer: Box, inner: Box): boolean {
  const x = (inner.x1 + inner.x2) / 2;
  const y = (inner.y1 + inner.y2) / 2;
  return outer.x1 <= x && x <= outer.x2 && outer.y1 <= y && y <= outer.y2;
}
