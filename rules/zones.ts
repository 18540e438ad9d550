import type { Detection } from '#detector/detection.ts';
import type { Recipe, Zone } from '#rules/recipe.ts';
import { areaOfRuns, columnsOf, runsOf, type Run } from '#rules/region-runs.ts';
import { viewRuleFor } from '#rules/rule-for.ts';

/** Share of a detection's pixels whose centers lie inside an outline, 0..1; 0 for one without pixels. */
export function insideShare(detection: Detection, outline: Zone['outline']): number {
  const runs = runsOf(detection);
  const whole = areaOfRuns(runs);
  return whole > 0 ? runs.reduce((sum, run) => sum + insideRun(run, outline), 0) / whole : 0;
}

/** A zone, and the share of a detection that lies inside. */
export interface Place {
  readonly zone: Zone;
  readonly share: number;
}

/** The first of some zones that a detection lies in; null where it lies in none. */
export function zoneOf(detection: Detection, zones: readonly Zone[]): Place | null {
  for (const zone of zones) {
    const share = insideShare(detection, zone.outline);
    if (share >= zone.insideFrom) return { zone, share };
  }
  return null;
}

/** The zone in which a detection or candidate does not count, e.g. a date code; null where it counts. */
export function dontCareOf(found: Detection, viewId: string, recipe: Recipe): Place | null {
  const zones = viewRuleFor(viewId, recipe)?.zones ?? [];
  return zoneOf(
    found,
    zones.filter(({ use }) => use === 'dont-care'),
  );
}

/** Pixels of a run inside an outline, by the even-odd rule along the line through the pixel centers. */
function insideRun(run: Run, outline: Zone['outline']): number {
  const crossings = crossingsAt(run.y + 0.5, outline);
  let inside = 0;
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const [from, to] = columnsOf({ x1: crossings[index] ?? 0, x2: crossings[index + 1] ?? 0, y1: 0, y2: 0 });
    inside += Math.max(0, Math.min(run.x2, to) - Math.max(run.x1, from));
  }
  return inside;
}

/** Where a horizontal line crosses the edges of an outline, from left to right. */
function crossingsAt(y: number, outline: Zone['outline']): readonly number[] {
  const crossings: number[] = [];
  for (const [index, [x1, y1]] of outline.entries()) {
    const [x2, y2] = outline[(index + 1) % outline.length] ?? [x1, y1];
    if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) * (x2 - x1)) / (y2 - y1));
  }
  return crossings.toSorted((a, b) => a - b);
}
