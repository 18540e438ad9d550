import type { Box } from '#detector/box.ts';
import type { Detection, RegionMask } from '#detector/detection.ts';

/** Region pixels of one row that lie side by side, in frame pixels: columns x1 <= x < x2. */
export interface Run {
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
}

/** Runs of a region, by row, then column. What lies beyond its window is cut off. */
export function runsOfRegion(region: RegionMask): readonly Run[] {
  const pixels = region.widthPx * region.heightPx;
  const runs: Run[] = [];
  let at = 0;
  for (const [index, length] of region.runs.entries()) {
    const end = Math.min(at + length, pixels);
    if (index % 2 === 1) runs.push(...rowsOf(region, at, end));
    at = end;
  }
  return runs;
}

/** Runs of a detection: of its region; of the pixels with their center in its box where the model gives no region. */
export function runsOf(detection: Detection): readonly Run[] {
  if (detection.region !== null) return runsOfRegion(detection.region);
  const { box } = detection;
  const [x1, x2] = columnsOf(box);
  const runs: Run[] = [];
  for (let y = Math.ceil(box.y1 - 0.5); y < box.y2 - 0.5; y += 1) runs.push({ y, x1, x2 });
  return x2 > x1 ? runs : [];
}

/** First column, and the one after the last, whose pixel centers lie inside a box. */
export function columnsOf(box: Box): readonly [number, number] {
  return [Math.ceil(box.x1 - 0.5), Math.ceil(box.x2 - 0.5)];
}

/** How many pixels runs hold. */
export function areaOfRuns(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.x2 - run.x1, 0);
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
