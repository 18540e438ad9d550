import { boxArea, type Box } from '#detector/box.ts';
import { measured, type Check } from '#rules/check.ts';
import type { Calibration, ReviewLimits } from '#rules/recipe.ts';

/**
 * Is the reviewer's box about as large as the detection's? Area over area inside [lo, hi], the limit missed being named;
 * then, on a calibrated view, the difference of the areas in square millimeters.
 */
export function checkArea(
  found: Box,
  detected: Box,
  limits: ReviewLimits,
  calibration: Calibration | null,
): readonly Check[] {
  const [lo, hi] = limits.areaRatio;
  const value = measured(boxArea(found) / boxArea(detected));
  const holds = value !== null && value >= lo && value <= hi;
  const limit = value !== null && value > hi ? hi : lo;
  const ratio: Check = {
    check: 'area-ratio',
    value,
    limit,
    fault: holds ? null : { code: 'area-out-of-range', detail: '' },
  };
  if (calibration === null || limits.areaOffUpToMm2 === null) return [ratio];
  return [ratio, checkAreaOff(boxArea(found) - boxArea(detected), calibration, limits.areaOffUpToMm2)];
}

function checkAreaOff(offPx: number, { mmPerPx }: Calibration, limit: number): Check {
  const value = measured(Math.abs(offPx) * mmPerPx[0] * mmPerPx[1]);
  const holds = value !== null && value <= limit;
  return { check: 'area-off', value, limit, fault: holds ? null : { code: 'area-off', detail: 'mm2' } };
}
