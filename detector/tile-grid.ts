import type { ModelTile } from '#detector/model-manifest.ts';
import { roundUp, type Window } from '#detector/window.ts';

/**
 * Windows that cover a frame of widthPx x heightPx at training scale: neighbors share at least `overlapPx`, the last
 * ones end at the edge of the frame. A frame smaller than a tile gets one window, rounded up to `sideMultiple`.
 */
export function tileGrid(widthPx: number, heightPx: number, tile: ModelTile): Window[] {
  const tileWidth = Math.min(tile.sidePx, roundUp(widthPx, tile.sideMultiple));
  const tileHeight = Math.min(tile.sidePx, roundUp(heightPx, tile.sideMultiple));
  const columns = tileStarts(widthPx, tileWidth, tile.overlapPx);
  return tileStarts(heightPx, tileHeight, tile.overlapPx).flatMap((y) =>
    columns.map((x) => ({ x, y, widthPx: tileWidth, heightPx: tileHeight })),
  );
}

/** Starts of equally spaced intervals of `side` that cover 0..length and overlap by at least `overlap`. */
export function tileStarts(length: number, side: number, overlap: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - overlap) / (side - overlap));
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - side)) / (count - 1)));
}
