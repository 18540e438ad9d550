import { iou, type Box } from '#detector/box.ts';
import { measured, type Check } from '#rules/check.ts';
import type { ReviewLimits } from '#rules/recipe.ts';

/**
 * Does the reviewer's box lie where the detection lies? By IoU; boxes of a few pixels as the recipe says, because one pixel
 * of shift already halves the IoU of such boxes. No box: the check fails.
 */
export function checkPlace(found: Box | null, detected: Box, limits: ReviewLimits): Check {
  const small = limits.smallBoxes;
  if (small === null || longerSide(detected) > small.sideUpToPx) {
    const value = found === null ? null : measured(iou(found, detected));
    const limit = limits.iouFrom;
    return { check: 'iou', value, limit, fault: faultOf(found, value !== null && value >= limit) };
  }
  if (small.by === 'edges') {
    const value = found === null ? null : measured(edgeDistance(found, detected));
    const limit = small.edgeUpToPx;
    return { check: 'edges', value, limit, fault: faultOf(found, value !== null && value <= limit) };
  }
  const value = found === null ? null : measured(wassersteinSimilarity(found, detected, small.constantPx));
  const limit = small.nwdFrom;
  return { check: 'wasserstein', value, limit, fault: faultOf(found, value !== null && value >= limit) };
}

/** Largest distance between like edges of two boxes in pixels. */
export function edgeDistance(a: Box, b: Box): number {
  return Math.max(Math.abs(a.x1 - b.x1), Math.abs(a.y1 - b.y1), Math.abs(a.x2 - b.x2), Math.abs(a.y2 - b.y2));
}

/**
 * Normalized Gaussian Wasserstein distance of two boxes, 0..1, 1 for the same box: each box stands for a Gaussian with its
 * center as mean and half its sides as deviations; exp(-W2 / constant). Wang, Xu, Yang, Yu: A Normalized Gaussian
 * Wasserstein Distance for Tiny Object Detection, 2021 (arXiv 2110.13389). The constant is in pixels, near the size of the
 * objects.
 */
export function wassersteinSimilarity(a: Box, b: Box, constantPx: number): number {
  const center = Math.hypot(a.x1 + a.x2 - b.x1 - b.x2, a.y1 + a.y2 - b.y1 - b.y2) / 2;
  const extent = Math.hypot(a.x2 - a.x1 - b.x2 + b.x1, a.y2 - a.y1 - b.y2 + b.y1) / 2;
  return Math.exp(-Math.hypot(center, extent) / constantPx);
}

function longerSide(box: Box): number {
  return Math.max(box.x2 - box.x1, box.y2 - box.y1);
}

function faultOf(found: Box | null, holds: boolean): Check['fault'] {
  return holds ? null : { code: 'iou-below-limit', detail: found === null ? 'no-box' : '' };
}
