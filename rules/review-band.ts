import type { Detection } from '#detector/detection.ts';
import { isFit } from '#rules/check-view.ts';
import { inBand } from '#rules/detector-call.ts';
import type { ViewEvidence } from '#rules/evidence.ts';
import { byScore } from '#rules/in-order.ts';
import type { Recipe } from '#rules/recipe.ts';
import { ruleFor } from '#rules/rule-for.ts';
import { strengthOf } from '#rules/strength.ts';
import { dontCareOf } from '#rules/zones.ts';

/**
 * Ids to be asked of the reviewer for one view, the most important first: detections in the review band of their label,
 * then the strongest candidates. Nothing is asked of a view that is not fit to judge, of a label nobody knows, or of a place
 * that does not count.
 * `decide` uses the same list: an answer to a question that was not asked is rejected.
 */
export function questionsFor(view: Omit<ViewEvidence, 'reviews'>, recipe: Recipe): readonly string[] {
  if (!isFit({ ...view, reviews: [] }, recipe)) return [];
  const counts = (found: Detection): boolean => dontCareOf(found, view.viewId, recipe) === null;
  const detections = view.detections
    .filter((found) => isInReviewBand(found, recipe) && counts(found))
    .toSorted(byScore);
  const candidates = view.candidates
    .filter((found) => strengthOf(found, recipe).strong && counts(found))
    .toSorted(byScore);
  return [...detections, ...candidates.slice(0, recipe.candidates.atMost)].map(({ id }) => id);
}

/** Is a detection one of those the reviewer is asked about? */
export function isInReviewBand(detection: Detection, recipe: Recipe): boolean {
  const rule = ruleFor(detection.label, recipe);
  return rule !== null && inBand(detection.score, rule.reviewBand);
}
