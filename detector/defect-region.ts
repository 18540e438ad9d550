import { hasBit, type BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import { encodeRegion, type Region } from '#detector/region-mask.ts';

/** Region of a defect from what differs: the connected pixels of the box that hold a core; null where none does. */
export function differenceRegion(box: Box, differing: BitPlane, cores: BitPlane): Region | null {
  const window = wholePixels(box, differing);
  const width = window.x2 - window.x1;
  const height = window.y2 - window.y1;
  if (width <= 0 || height <= 0) return null;
  const kept = new Uint8Array(width * height);
  const open: number[] = [];
  const visit = (x: number, y: number, plane: BitPlane): void => {
    if (x < 0 || y < 0 || x >= width || y >= height || kept[y * width + x] === 1) return;
    if (!hasBit(plane, window.x1 + x, window.y1 + y)) return;
    kept[y * width + x] = 1;
    open.push(y * width + x);
  };
  for (let at = 0; at < kept.length; at += 1) visit(at % width, Math.floor(at / width), cores);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const x = at % width;
    const y = Math.floor(at / width);
    for (let dy = -1; dy <= 1; dy += 1) for (let dx = -1; dx <= 1; dx += 1) visit(x + dx, y + dy, differing);
  }
  return encodeRegion(window, (x, y) => kept[(y - window.y1) * width + (x - window.x1)] === 1);
}

/** The whole pixels that a box touches, inside a frame. */
export function wholePixels(box: Box, frame: { readonly widthPx: number; readonly heightPx: number }): Box {
  return {
    x1: Math.max(0, Math.floor(box.x1)),
    y1: Math.max(0, Math.floor(box.y1)),
    x2: Math.min(frame.widthPx, Math.ceil(box.x2)),
    y2: Math.min(frame.heightPx, Math.ceil(box.y2)),
  };
}
