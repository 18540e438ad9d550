import type { Truth } from '#detector/coco/read-coco.ts';
import type { Image } from '#detector/image.ts';

/** A tested board, its golden, and what is wrong with it; both grey. */
export interface BoardPair {
  readonly tested: Image;
  readonly golden: Image;
  readonly truths: readonly Truth[];
}

/**
 * A large frame of columns x rows boards of one size. Boards with defects are shown until there are `mostDefects`; all
 * others show their golden.
 */
export function mosaic(pairs: readonly BoardPair[], columns: number, rows: number, mostDefects: number): BoardPair {
  const { widthPx: width = 1, heightPx: height = 1 } = pairs[0]?.golden ?? {};
  const size = { widthPx: columns * width, heightPx: rows * height, channels: 1 as const };
  const tested = new Uint8Array(size.widthPx * size.heightPx);
  const golden = new Uint8Array(tested.length);
  const truths: Truth[] = [];
  for (let cell = 0; cell < columns * rows; cell += 1) {
    const pair = pairs[cell % pairs.length];
    if (!pair) continue;
    const left = (cell % columns) * width;
    const top = Math.floor(cell / columns) * height;
    const isShown = truths.length + pair.truths.length <= mostDefects;
    if (isShown) truths.push(...pair.truths.map((truth) => moved(truth, left, top)));
    for (let row = 0; row < height; row += 1) {
      const to = (top + row) * size.widthPx + left;
      golden.set(pair.golden.data.subarray(row * width, (row + 1) * width), to);
      tested.set((isShown ? pair.tested : pair.golden).data.subarray(row * width, (row + 1) * width), to);
    }
  }
  return { tested: { ...size, data: tested }, golden: { ...size, data: golden }, truths };
}

function moved({ label, box }: Truth, x: number, y: number): Truth {
  return { label, box: { x1: box.x1 + x, y1: box.y1 + y, x2: box.x2 + x, y2: box.y2 + y } };
}
