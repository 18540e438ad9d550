import type { Box } from '#detector/box.ts';
import type { RegionMask } from '#detector/detection.ts';

/** A region and how many pixels it has. */
export interface Region {
  readonly mask: RegionMask;
  readonly areaPx: number;
}

/**
 * Encodes the pixels of a window for which `isInside(x, y)` (frame px) holds. The window is cut to the pixels inside;
 * null where there is none.
 */
export function encodeRegion(window: Box, isInside: (x: number, y: number) => boolean): Region | null {
  let [left, top, right, bottom] = [window.x2, window.y2, window.x1, window.y1];
  let areaPx = 0;
  for (let y = window.y1; y < window.y2; y += 1) {
    for (let x = window.x1; x < window.x2; x += 1) {
      if (!isInside(x, y)) continue;
      areaPx += 1;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (areaPx === 0) return null;
  const runs: number[] = [];
  let inside = false;
  let length = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      if (isInside(x, y) !== inside) {
        runs.push(length);
        inside = !inside;
        length = 0;
      }
      length += 1;
    }
  }
  runs.push(length);
  return { mask: { x: left, y: top, widthPx: right - left, heightPx: bottom - top, runs }, areaPx };
}

/** The pixels of a region mask, one byte each (0 or 1), widthPx * heightPx. */
export function decodeRegion(mask: RegionMask): Uint8Array {
  const pixels = new Uint8Array(mask.widthPx * mask.heightPx);
  let at = 0;
  mask.runs.forEach((length, index) => {
    if (index % 2 === 1) pixels.fill(1, at, at + length);
    at += length;
  });
  return pixels;
}
