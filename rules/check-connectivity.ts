import { boxArea, intersectionArea, type Box } from '#detector/box.ts';
import type { Detection } from '#detector/detection.ts';
import type { Check } from '#rules/check.ts';
import type { ReviewLimits } from '#rules/recipe.ts';
import { areaInBox, areaTouched, componentsOf } from '#rules/region-components.ts';

/** How a box lies over a region. */
export interface Coverage {
  /** Components of the region that have the center of a pixel inside the box; of a box between centers, those it touches. */
  readonly met: number;
  /**
   * Share of the region's pixels that the box does not touch, 0..1; 1 for an empty region. Touched, not covered: of a
   * defect one or two pixels high its own box would leave half out, and one moved by a fraction of a pixel nothing.
   */
  readonly leftOver: number;
}

/** How a box lies over the region of a detection; over its box where the model gives no region. */
export function coverageOf(found: Box, detection: Detection): Coverage {
  if (detection.region === null) {
    const [inside, whole] = [intersectionArea(found, detection.box), boxArea(detection.box)];
    return { met: inside > 0 ? 1 : 0, leftOver: whole > 0 ? (whole - inside) / whole : 1 };
  }
  const components = componentsOf(detection.region);
  const centered = components.filter((component) => areaInBox(component, found) > 0).length;
  const touched = components.map((component) => areaTouched(component, found));
  const met = centered > 0 ? centered : touched.filter((areaPx) => areaPx > 0).length;
  const whole = components.reduce((sum, component) => sum + component.areaPx, 0);
  const covered = touched.reduce((sum, areaPx) => sum + areaPx, 0);
  return { met, leftOver: whole > 0 ? (whole - covered) / whole : 1 };
}

/** Does the box meet exactly one connected component, and leave little of the region out? Two checks, in this order. */
export function checkConnectivity(found: Box, detection: Detection, limits: ReviewLimits): readonly Check[] {
  const { met, leftOver } = coverageOf(found, detection);
  const limit = limits.regionLeftOverUpTo;
  return [
    { check: 'connectivity', value: met, limit: 1, fault: met === 1 ? null : meetsFault(met) },
    {
      check: 'left-over',
      value: leftOver,
      limit,
      fault: leftOver <= limit ? null : { code: 'region-incomplete', detail: '' },
    },
  ];
}

function meetsFault(met: number): Check['fault'] {
  return { code: met === 0 ? 'region-none' : 'region-merged', detail: '' };
}
