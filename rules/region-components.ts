import type { Box } from '#detector/box.ts';
import type { RegionMask } from '#detector/detection.ts';
import { areaOfRuns, columnsOf, runsOfRegion, type Run } from '#rules/region-runs.ts';

/** A set of region pixels that touch each other, corners included (8-connectivity). */
export interface Component {
  readonly areaPx: number;
  readonly runs: readonly Run[];
}

/**
 * Connected components of a region, in the order of their first pixel by rows. Works on runs, not pixels: two runs of
 * neighboring rows touch when their columns overlap or meet at a corner.
 */
export function componentsOf(region: RegionMask): readonly Component[] {
  const runs = runsOfRegion(region);
  // An index that is not in it is its own root.
  const roots: number[] = [];
  let above = 0;
  for (const [index, run] of runs.entries()) {
    // `above` is the first run that may still touch this row; runs are sorted by row, then column.
    while ((runs[above]?.y ?? run.y) < run.y - 1) above += 1;
    for (const [offset, other] of runs.slice(above, index).entries()) {
      if (touches(other, run)) join(roots, above + offset, index);
    }
  }
  return collect(runs, roots);
}

/** Pixels of a component whose centers lie inside a box. */
export function areaInBox(component: Component, box: Box): number {
  const [x1, x2] = columnsOf(box);
  let areaPx = 0;
  for (const run of component.runs) {
    const center = run.y + 0.5;
    if (center >= box.y1 && center < box.y2) areaPx += Math.max(0, Math.min(run.x2, x2) - Math.max(run.x1, x1));
  }
  return areaPx;
}

/** Pixels of a component that a box touches with any of their area. */
export function areaTouched(component: Component, box: Box): number {
  let areaPx = 0;
  for (const run of component.runs) {
    if (run.y + 1 <= box.y1 || run.y >= box.y2) continue;
    areaPx += Math.max(0, Math.min(run.x2, Math.ceil(box.x2)) - Math.max(run.x1, Math.floor(box.x1)));
  }
  return areaPx;
}

/** Columns overlap or meet at a corner; in one row: one begins where the other ends. */
function touches(one: Run, other: Run): boolean {
  return one.x1 <= other.x2 && other.x1 <= one.x2;
}

function rootOf(roots: readonly number[], index: number): number {
  const parent = roots[index] ?? index;
  return parent === index ? index : rootOf(roots, parent);
}

function join(roots: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(roots, a), rootOf(roots, b)];
  roots[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function collect(runs: readonly Run[], roots: readonly number[]): readonly Component[] {
  const groups = new Map<number, Run[]>();
  for (const [index, run] of runs.entries()) {
    const root = rootOf(roots, index);
    const group = groups.get(root) ?? [];
    group.push(run);
    groups.set(root, group);
  }
  return [...groups.values()].map((group) => ({ areaPx: areaOfRuns(group), runs: group }));
}
