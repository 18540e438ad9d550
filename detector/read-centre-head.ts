import type { HeadInput, HeadTensor, TileDetection } from '#detector/head-output.ts';

/** Pixels of a tile that one cell of the maps covers, each way. */
export const centreStridePx = 4;

/**
 * Reads a centre head (Zhou et al. 2019, arXiv 1904.07850; distances as in TTFNet, arXiv 1909.00700).
 * heat [N, K, h, w]: scores with all but local peaks zeroed; box [N, 4, h, w]: px from the cell's middle to the left,
 * top, right and bottom side. In the order of label, row, column.
 */
export function readCentreHead(heat: HeadTensor, box: HeadTensor, input: HeadInput): TileDetection[] {
  const height = heat.dims[2] ?? 0;
  const width = heat.dims[3] ?? 0;
  const cells = height * width;
  const channels = heat.dims[1] ?? 0;
  const heatStart = input.index * channels * cells;
  const boxStart = input.index * 4 * cells;
  const found: TileDetection[] = [];
  const scores = heat.data;
  const end = heatStart + input.labelCount * cells;
  for (let at = heatStart; at < end; at += 1) {
    const score = scores[at] ?? 0;
    if (score < input.scoreFrom || score === 0) continue;
    const cell = (at - heatStart) % cells;
    const x = ((cell % width) + 0.5) * centreStridePx;
    const y = (Math.floor(cell / width) + 0.5) * centreStridePx;
    const side = (which: number): number => box.data[boxStart + which * cells + cell] ?? 0;
    const tileBox = { x1: x - side(0), y1: y - side(1), x2: x + side(2), y2: y + side(3) };
    found.push({ label: Math.floor((at - heatStart) / cells), score, box: tileBox });
  }
  return found;
}
