import { boxArea, type Box } from '#detector/box.ts';
import type { ModelTile } from '#detector/model-manifest.ts';
import { tileGrid } from '#detector/tile-grid.ts';
import { clampStart, roundUp, type Window } from '#detector/window.ts';

/** Context that a region keeps on each side inside its window. */
const contextPx = 16;
/** What a window costs beside its pixels, in pixels: joining two small ones pays where it saves this much. */
const windowCostPx = 1500;
/** More regions than this, and the frame is looked at as a whole: joining them is quadratic in their number. */
const mostRegions = 160;

/**
 * Windows that hold every region with context, few and small: regions are joined while that saves pixels. Windows of a
 * side above a tile are cut into tiles. null where the whole frame costs no more: then the tiles of the frame are due.
 */
export function regionWindows(
  regions: readonly Box[],
  frame: { readonly widthPx: number; readonly heightPx: number },
  tile: ModelTile & { readonly regionPx: number },
): Window[] | null {
  if (regions.length === 0) return [];
  if (regions.length > mostRegions) return null;
  const windows = joinRegions(regions, (box) => cost(box, tile)).flatMap((box) => windowsOf(box, frame, tile));
  const whole = tileGrid(frame.widthPx, frame.heightPx, tile);
  return totalCost(windows) < totalCost(whole) ? windows : null;
}

function joinRegions(regions: readonly Box[], costOf: (box: Box) => number): Box[] {
  const joined: Box[] = [];
  for (const region of regions) {
    let box = region;
    for (let other = cheaperWith(box, joined, costOf); other !== null; other = cheaperWith(box, joined, costOf)) {
      joined.splice(other.index, 1);
      box = other.both;
    }
    joined.push(box);
  }
  return joined;
}

/** The box of the list that saves most when joined with `box`; null where none saves anything. */
function cheaperWith(
  box: Box,
  joined: readonly Box[],
  costOf: (box: Box) => number,
): { readonly index: number; readonly both: Box } | null {
  const own = costOf(box);
  let best: { saved: number; index: number; both: Box } | null = null;
  for (const [index, other] of joined.entries()) {
    const both = union(box, other);
    const saved = own + costOf(other) - costOf(both);
    if (saved >= 0 && (best === null || saved > best.saved)) best = { saved, index, both };
  }
  return best;
}

function union(a: Box, b: Box): Box {
  return { x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1), x2: Math.max(a.x2, b.x2), y2: Math.max(a.y2, b.y2) };
}

function windowSide(length: number, tile: { readonly regionPx: number; readonly sideMultiple: number }): number {
  return Math.max(tile.regionPx, roundUp(length + 2 * contextPx, tile.sideMultiple));
}

function cost(box: Box, tile: ModelTile & { readonly regionPx: number }): number {
  return windowCostPx + windowSide(box.x2 - box.x1, tile) * windowSide(box.y2 - box.y1, tile);
}

function totalCost(windows: readonly Window[]): number {
  return windows.reduce((sum, { widthPx, heightPx }) => sum + windowCostPx + widthPx * heightPx, 0);
}

function windowsOf(
  box: Box,
  frame: { readonly widthPx: number; readonly heightPx: number },
  tile: ModelTile & { readonly regionPx: number },
): Window[] {
  if (boxArea(box) === 0) return [];
  const widthPx = windowSide(box.x2 - box.x1, tile);
  const heightPx = windowSide(box.y2 - box.y1, tile);
  const x = clampStart((box.x1 + box.x2) / 2, widthPx, frame.widthPx);
  const y = clampStart((box.y1 + box.y2) / 2, heightPx, frame.heightPx);
  if (widthPx <= tile.sidePx && heightPx <= tile.sidePx) return [{ x, y, widthPx, heightPx }];
  return tileGrid(Math.min(widthPx, frame.widthPx), Math.min(heightPx, frame.heightPx), tile).map((part) => ({
    ...part,
    x: part.x + x,
    y: part.y + y,
  }));
}
