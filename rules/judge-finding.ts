import type { Box } from '#detector/box.ts';
import type { Detection } from '#detector/detection.ts';
import { checkArea } from '#rules/check-area.ts';
import { checkConnectivity } from '#rules/check-connectivity.ts';
import { checkLabel } from '#rules/check-label.ts';
import { checkMatch } from '#rules/check-match.ts';
import { checkPlace } from '#rules/check-place.ts';
import { unmeasured, type Check } from '#rules/check.ts';
import { placeFor } from '#rules/place-for.ts';
import type { ViewContext } from '#rules/view-context.ts';
import type { Finding } from '#vlm/review.ts';

/**
 * Takes the checks of place, match, area, connectivity and label on one finding, in this order, and stops at the first that
 * fails. A finding counts only if every check in the list holds.
 */
export function judgeFinding(
  finding: Finding,
  detection: Detection,
  { recipe, viewRule, neighbours }: Pick<ViewContext, 'recipe' | 'viewRule' | 'neighbours'>,
): readonly Check[] {
  const limits = recipe.review;
  const certain = finding.judgement !== 'uncertain';
  const checks = [unmeasured('judgement-certain', certain ? null : { code: 'review-uncertain', detail: '' })];
  if (!certain) return checks;
  const placeOf = (one: Detection): Box => placeFor(finding.box, one, limits.compareWith);
  const place = placeOf(detection);
  checks.push(checkPlace(finding.box, place, limits));
  if (finding.box !== null) {
    checks.push(checkMatch(finding.box, place, neighbours(detection.id).map(placeOf)));
    checks.push(...checkArea(finding.box, place, limits, viewRule?.calibration ?? null));
    checks.push(...checkConnectivity(finding.box, detection, limits));
    checks.push(checkLabel(finding, detection.label, limits));
  }
  return untilFirstFault(checks);
}

/** The checks up to and including the first that fails. */
export function untilFirstFault(checks: readonly Check[]): readonly Check[] {
  const first = checks.findIndex((check) => check.fault !== null);
  return first < 0 ? checks : checks.slice(0, first + 1);
}
