import { iou, type Box } from '#detector/box.ts';
import type { Check } from '#rules/check.ts';

/**
 * Is the detection asked about the one that the reviewer's box fits best, of all that were asked about in the view? An
 * answer counts for one detection, and a detection takes one answer: where two lie in one crop, an answer about the
 * neighbour is none about this one. Only detections are compared, never other answers, so that losing one answer cannot
 * help another. Value: the highest IoU with a neighbour. Limit: the IoU with the detection itself.
 */
export function checkMatch(found: Box, own: Box, neighbours: readonly Box[]): Check {
  const value = Math.max(0, ...neighbours.map((box) => iou(found, box)));
  const limit = iou(found, own);
  return { check: 'match', value, limit, fault: value <= limit ? null : { code: 'matches-another', detail: '' } };
}
