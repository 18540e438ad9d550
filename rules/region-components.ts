import type { Box } from '#detector/box.ts';
import type { RegionMask } from '#detector/detection.ts';

/** One run of region pixels in one row, in frame pixels: columns x1 <= x < x2. */
interface Run {
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
}

/** A set of region pixels that touch each other, corners included (8-connectivity). */
export interface Component {
  readonly areaPx: number;
  readonly runs: readonly Run[];
}

/**
 * Connected components of a region, in the order of their first pixel by rows. Works on runs, not pixels: two runs of
 * neighboring rows touch when their columns overlap or meet at a corner. Runs beyond the window are cut off.
 */
export function componentsOf(region: RegionMask): readonly Component[] {
  const runs = runsOf(region);
  const roots = runs.map((_, index) => index);
  let above = 0;
  for (const [index, run] of runs.entries()) {
    // `above` is the first run that may still touch this row; runs are sorted by row, then column.
    while ((runs[above]?.y ?? run.y) < run.y - 1) above += 1;
    for (let other = above; other < index; other += 1) {
      if (touches(runs[other], run)) join(roots, other, index);
    }
  }
  return collect(runs, roots);
}

/** Pixels of a component whose centers lie inside a box. */
export function areaInBox(component: Component, box: Box): number {
  const [x1, x2] = [Math.ceil(box.x1 - 0.5), Math.ceil(box.x2 - 0.5)];
  let areaPx = 0;
  for (const run of component.runs) {
    const center = run.y + 0.5;
    if (center >= box.y1 && center < box.y2) areaPx += Math.max(0, Math.min(run.x2, x2) - Math.max(run.x1, x1));
  }
  return areaPx;
}

function runsOf(region: RegionMask): readonly Run[] {
  const { widthPx, heightPx } = region;
  const runs: Run[] = [];
  let at = 0;
  for (const [index, length] of region.runs.entries()) {
    const end = Math.min(at + length, widthPx * heightPx);
    if (index % 2 === 1) runs.push(...rowsOf(region, at, end));
    at = end;
  }
  return runs;
}

/** A run may go over the end of a row: one piece for each row it touches. */
function rowsOf(region: RegionMask, from: number, to: number): readonly Run[] {
  const pieces: Run[] = [];
  for (let at = from; at < to;) {
    const row = Math.floor(at / region.widthPx);
    const end = Math.min(to, (row + 1) * region.widthPx);
    const left = region.x - row * region.widthPx;
    pieces.push({ y: region.y + row, x1: left + at, x2: left + end });
    at = end;
  }
  return pieces;
}

function touches(a: Run | undefined, b: Run): boolean {
  if (a === undefined || a.y < b.y - 1) return false;
  // In one row runs are apart unless the next begins where the last ends.
  const reach = a.y === b.y ? 0 : 1;
  return a.x1 < b.x2 + reach && b.x1 < a.x2 + reach;
}

function rootOf(roots: number[], index: number): number {
  let root = index;
  while ((roots[root] ?? root) !== root) root = roots[root] ?? root;
  return root;
}

function join(roots: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(roots, a), rootOf(roots, b)];
  roots[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function collect(runs: readonly Run[], roots: number[]): readonly Component[] {
  const groups = new Map<number, Run[]>();
  for (const [index, run] of runs.entries()) {
    const root = rootOf(roots, index);
    const group = groups.get(root);
    if (group) group.push(run);
    else groups.set(root, [run]);
  }
  return [...groups.values()].map((group) => ({
    areaPx: group.reduce((sum, run) => sum + run.x2 - run.x1, 0),
    runs: group,
  }));
}
