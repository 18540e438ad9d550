import { boxArea, type Box } from '#detector/box.ts';
import { measured, type Check } from '#rules/check.ts';
import type { ReviewLimits } from '#rules/recipe.ts';

/** Is the reviewer's box about as large as the detection's? Area over area inside [lo, hi]; the limit missed is named. */
export function checkArea(found: Box, detected: Box, limits: ReviewLimits): Check {
  const [lo, hi] = limits.areaRatio;
  const value = measured(boxArea(found) / boxArea(detected));
  const holds = value !== null && value >= lo && value <= hi;
  const limit = value !== null && value > hi ? hi : lo;
  return { check: 'area-ratio', value, limit, fault: holds ? null : { code: 'area-out-of-range', detail: '' } };
}
