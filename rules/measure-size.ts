import type { Detection } from '#detector/detection.ts';
import type { Calibration } from '#rules/recipe.ts';
import { areaOfRuns, runsOf } from '#rules/region-runs.ts';

/** Size of a detection on the part. */
export interface Size {
  /** Largest extent in any direction, the uncertainty of the calibration added. */
  readonly lengthMm: number;
  readonly areaMm2: number;
}

/**
 * Size of a detection in millimeters: the maximum Feret diameter over the corners of its pixels, so that a slanted scratch
 * is not measured by the sides of its box; and the area of its pixels. A detection without pixels has infinite size: what
 * cannot be measured is not small.
 */
export function measureSize(detection: Detection, { mmPerPx, uncertaintyMm }: Calibration): Size {
  const runs = runsOf(detection);
  if (runs.length === 0) return { lengthMm: Number.POSITIVE_INFINITY, areaMm2: Number.POSITIVE_INFINITY };
  const [across, down] = mmPerPx;
  const corners = runs.flatMap(({ y, x1, x2 }): Point[] => [
    [x1 * across, y * down],
    [x2 * across, y * down],
    [x1 * across, (y + 1) * down],
    [x2 * across, (y + 1) * down],
  ]);
  return { lengthMm: largestDistance(hullOf(corners)) + uncertaintyMm, areaMm2: areaOfRuns(runs) * across * down };
}

type Point = readonly [number, number];

/** Convex hull by Andrew's monotone chain. */
function hullOf(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...chainOf(sorted), ...chainOf(sorted.toReversed())];
}

function chainOf(points: readonly Point[]): readonly Point[] {
  const chain: Point[] = [];
  for (const point of points) {
    while (chain.length > 1 && !turnsLeft(chain.at(-2), chain.at(-1), point)) chain.pop();
    chain.push(point);
  }
  return chain;
}

function turnsLeft(a: Point | undefined, b: Point | undefined, c: Point): boolean {
  if (a === undefined || b === undefined) return true;
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
}

function largestDistance(points: readonly Point[]): number {
  let largest = 0;
  for (const a of points) {
    for (const b of points) largest = Math.max(largest, Math.hypot(a[0] - b[0], a[1] - b[1]));
  }
  return largest;
}
