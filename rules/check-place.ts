import { iou, type Box } from '#detector/box.ts';
import { measured, type Check } from '#rules/check.ts';
import type { ReviewLimits } from '#rules/recipe.ts';

/**
 * Does the reviewer's box lie where the detection lies? By IoU; boxes of a few pixels by the largest distance between
 * like edges, because one pixel of shift already halves the IoU of such boxes. No box: the check fails.
 */
export function checkPlace(found: Box | null, detected: Box, limits: ReviewLimits): Check {
  const tolerance = limits.pixelTolerance;
  if (tolerance !== null && longerSide(detected) <= tolerance.sideUpToPx) {
    const value = found === null ? null : measured(edgeDistance(found, detected));
    const holds = value !== null && value <= tolerance.edgeUpToPx;
    return { check: 'edges', value, limit: tolerance.edgeUpToPx, fault: holds ? null : fault(found) };
  }
  const value = found === null ? null : measured(iou(found, detected));
  const holds = value !== null && value >= limits.iouFrom;
  return { check: 'iou', value, limit: limits.iouFrom, fault: holds ? null : fault(found) };
}

/** Largest distance between like edges of two boxes in pixels. */
export function edgeDistance(a: Box, b: Box): number {
  return Math.max(Math.abs(a.x1 - b.x1), Math.abs(a.y1 - b.y1), Math.abs(a.x2 - b.x2), Math.abs(a.y2 - b.y2));
}

function longerSide(box: Box): number {
  return Math.max(box.x2 - box.x1, box.y2 - box.y1);
}

function fault(found: Box | null): Check['fault'] {
  return { code: 'iou-below-limit', detail: found === null ? 'no-box' : '' };
}
