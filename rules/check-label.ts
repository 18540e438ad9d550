import { unmeasured, type Check } from '#rules/check.ts';
import type { ReviewLimits } from '#rules/recipe.ts';
import type { Finding } from '#vlm/review.ts';

/** For `confirmed`: the same defect, or a pair the recipe calls confusable. For `false-call`: a cause from its list. */
export function checkLabel(finding: Finding, detectedLabel: string, limits: ReviewLimits): Check {
  if (finding.judgement === 'false-call') {
    const holds = limits.benignCauses.includes(finding.label);
    return unmeasured('benign-cause', holds ? null : { code: 'benign-cause-unknown', detail: finding.label });
  }
  const holds = finding.label === detectedLabel || isConfusable(finding.label, detectedLabel, limits);
  return unmeasured('label-agrees', holds ? null : { code: 'label-disagrees', detail: finding.label });
}

function isConfusable(a: string, b: string, limits: ReviewLimits): boolean {
  return limits.confusable.some(([one, other]) => (one === a && other === b) || (one === b && other === a));
}
