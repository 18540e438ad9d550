import type { Candidate, Detection } from '#detector/detection.ts';
import { isFit } from '#rules/check-view.ts';
import { inBand } from '#rules/detector-call.ts';
import type { ViewEvidence } from '#rules/evidence.ts';
import { byScore } from '#rules/in-order.ts';
import type { LabelRule, Recipe, ViewRule } from '#rules/recipe.ts';
import { zoneOf } from '#rules/zones.ts';

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

/** The recipe's limits for a label; null where it has none. */
export function ruleFor(label: string, recipe: Recipe): LabelRule | null {
  return recipe.labels.find((rule) => rule.label === label) ?? null;
}

/** The recipe's words on a view; null where it knows none of that name. */
export function viewRuleFor(viewId: string, recipe: Recipe): ViewRule | null {
  return recipe.views.find((rule) => rule.viewId === viewId) ?? null;
}

/** The zone in which a detection or candidate does not count; null where it counts. */
export function dontCareOf(found: Detection, viewId: string, recipe: Recipe): ReturnType<typeof zoneOf> {
  const rule = viewRuleFor(viewId, recipe);
  return rule === null ? null : zoneOf(found, rule, 'dont-care');
}

/** Is a detection one of those the reviewer is asked about? */
export function isInReviewBand(detection: Detection, recipe: Recipe): boolean {
  const rule = ruleFor(detection.label, recipe);
  return rule !== null && inBand(detection.score, rule.reviewBand);
}

/** How strong a suspicion is, and whether that is strong enough to count and to be asked about. */
export interface Strength {
  /** Its score, or for a difference from the golden its pixels; `limit` is null where the recipe counts none. */
  readonly value: number;
  readonly limit: number | null;
  readonly strong: boolean;
  readonly code: 'candidate-held' | 'difference-held';
}

/** A candidate of the net is judged by its score, a difference from the golden by its size. What is no number is strong. */
export function strengthOf({ source, score, areaPx }: Candidate, { candidates }: Recipe): Strength {
  const byNet = source === 'net';
  const value = byNet ? score : areaPx;
  const limit = byNet ? candidates.askFrom : candidates.differenceFromPx;
  const strong = limit !== null && (!Number.isFinite(value) || value >= limit);
  return { value, limit, strong, code: byNet ? 'candidate-held' : 'difference-held' };
}
