import type { Box } from '#detector/box.ts';
import { wholePixels } from '#detector/defect-region.ts';
import { centreStridePx } from '#detector/read-centre-head.ts';
import { encodeRegion, type Region } from '#detector/region-mask.ts';
import type { Window } from '#detector/window.ts';

/** The mask output over one window: probability of each cell of stride 4, row by row from `start` on. */
export interface WindowMask {
  readonly window: Window;
  readonly data: Float32Array;
  readonly start: number;
  readonly columns: number;
  readonly rows: number;
}

/** A cell belongs to the region from this probability on: more likely than not. */
const insideFrom = 0.5;

/** Region of a defect from the mask output: the pixels of the box whose interpolated probability is at least one half. */
export function maskRegion(
  box: Box,
  mask: WindowMask,
  frame: { readonly widthPx: number; readonly heightPx: number },
): Region | null {
  return encodeRegion(wholePixels(box, frame), (x, y) => probability(mask, x + 0.5, y + 0.5) >= insideFrom);
}

/** Bilinear between the middles of the cells; frame px. */
function probability(mask: WindowMask, x: number, y: number): number {
  const column = (x - mask.window.x) / centreStridePx - 0.5;
  const row = (y - mask.window.y) / centreStridePx - 0.5;
  const left = Math.floor(column);
  const top = Math.floor(row);
  const right = column - left;
  const down = row - top;
  return (
    (cell(mask, left, top) * (1 - right) + cell(mask, left + 1, top) * right) * (1 - down) +
    (cell(mask, left, top + 1) * (1 - right) + cell(mask, left + 1, top + 1) * right) * down
  );
}

function cell(mask: WindowMask, column: number, row: number): number {
  const x = Math.max(0, Math.min(column, mask.columns - 1));
  const y = Math.max(0, Math.min(row, mask.rows - 1));
  return mask.data[mask.start + y * mask.columns + x] ?? 0;
}
