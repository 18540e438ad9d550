import type { Mask } from '#line/boards/mask.ts';

/**
 * Distance in px of every pixel to the nearest pixel whose value is not `of` (two-pass 3-4 chamfer, Borgefors 1986,
 * error below 9 %); 0 on those pixels themselves. What lies beyond the border counts as far away.
 */
export function distanceInside(mask: Mask, of: 0 | 1): Float32Array {
  const { widthPx, heightPx, data } = mask;
  const distance = new Float32Array(data.length);
  for (let index = 0; index < data.length; index += 1) distance[index] = data[index] === of ? 1e6 : 0;
  for (let y = 0; y < heightPx; y += 1) sweepRow(distance, { widthPx, heightPx, y }, -1);
  for (let y = heightPx - 1; y >= 0; y -= 1) sweepRow(distance, { widthPx, heightPx, y }, 1);
  return distance;
}

/** One row of the pass that comes from the upper left (step -1) or from the lower right (step 1). */
function sweepRow(distance: Float32Array, at: { widthPx: number; heightPx: number; y: number }, step: -1 | 1): void {
  const { widthPx, y } = at;
  const before = y + step >= 0 && y + step < at.heightPx ? (y + step) * widthPx : -1;
  const read = (index: number): number => distance[index] ?? 0;
  for (let count = 0; count < widthPx; count += 1) {
    const x = step < 0 ? count : widthPx - 1 - count;
    const index = y * widthPx + x;
    let least = read(index);
    if (least === 0) continue;
    if (count > 0) least = Math.min(least, read(index + step) + 1);
    if (before >= 0) {
      least = Math.min(least, read(before + x) + 1);
      if (x > 0) least = Math.min(least, read(before + x - 1) + 4 / 3);
      if (x + 1 < widthPx) least = Math.min(least, read(before + x + 1) + 4 / 3);
    }
    distance[index] = least;
  }
}

/** Connected parts (4-neighbours) of the pixels with value `of`, numbered from 1; 0 elsewhere. `areas[n]` in px. */
export interface Parts {
  readonly label: Int32Array;
  readonly areas: readonly number[];
}

export function connectedParts(mask: Mask, of: 0 | 1): Parts {
  const { widthPx, data } = mask;
  const label = new Int32Array(data.length);
  const areas = [0];
  const stack: number[] = [];
  const reach = (index: number): void => {
    if (index < 0 || index >= data.length || data[index] !== of || label[index] !== 0) return;
    label[index] = areas.length;
    stack.push(index);
  };
  for (let start = 0; start < data.length; start += 1) {
    reach(start);
    let area = 0;
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      area += 1;
      if (index % widthPx > 0) reach(index - 1);
      if ((index + 1) % widthPx > 0) reach(index + 1);
      reach(index - widthPx);
      reach(index + widthPx);
    }
    if (area > 0) areas.push(area);
  }
  return { label, areas };
}

/** Cuts a window out of a mask; the window must lie inside. */
export function cutMask(mask: Mask, window: { x: number; y: number; widthPx: number; heightPx: number }): Mask {
  const data = new Uint8Array(window.widthPx * window.heightPx);
  for (let row = 0; row < window.heightPx; row += 1) {
    const from = (window.y + row) * mask.widthPx + window.x;
    data.set(mask.data.subarray(from, from + window.widthPx), row * window.widthPx);
  }
  return { widthPx: window.widthPx, heightPx: window.heightPx, data };
}
