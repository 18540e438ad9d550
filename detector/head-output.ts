import type { Box } from '#detector/box.ts';

/** One output tensor of a model: values in row-major order. */
export interface HeadTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** One detection of one tile, box in tile px. */
export interface TileDetection {
  readonly label: number;
  readonly score: number;
  readonly box: Box;
}

/** What reading a head needs to know. */
export interface HeadInput {
  /** Which tile of the batch. */
  readonly index: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  readonly labelCount: number;
  /** Scores below are not told. */
  readonly scoreFrom: number;
}

/** Column of the highest of `count` values that lie `step` apart from `start` on; the first one among equals. */
export function highestColumn(data: Float32Array, start: number, count: number, step: number): number {
  let best = 0;
  for (let other = 1; other < count; other += 1) {
    if ((data[start + other * step] ?? 0) > (data[start + best * step] ?? 0)) best = other;
  }
  return best;
}
