/** One bit a pixel, 32 pixels a word, lowest bit first; each row starts a word. */
export interface BitPlane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly wordsPerRow: number;
  readonly words: Int32Array;
}

/** A plane of zeros. */
export function bitPlane(widthPx: number, heightPx: number): BitPlane {
  const wordsPerRow = Math.ceil(widthPx / 32);
  return { widthPx, heightPx, wordsPerRow, words: new Int32Array(wordsPerRow * heightPx) };
}

/** Whether the pixel is set; false outside the plane. */
export function hasBit(plane: BitPlane, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= plane.widthPx || y >= plane.heightPx) return false;
  return (((plane.words[y * plane.wordsPerRow + (x >> 5)] ?? 0) >>> (x & 31)) & 1) === 1;
}

/** How many pixels are set. */
export function countBits(plane: BitPlane): number {
  let count = 0;
  for (const word of plane.words) if (word !== 0) count += populationCount(word);
  return count;
}

/**
 * Sets every pixel that is set in `source` together with its right, lower and lower right neighbor: an erosion with a
 * 2 x 2 square. What is one pixel thin leaves nothing.
 */
export function erode2(source: BitPlane, target: BitPlane): void {
  const { wordsPerRow, words } = source;
  const out = target.words;
  const last = words.length - wordsPerRow;
  for (let at = 0; at < last; at += 1) {
    const column = (words[at] ?? 0) & (words[at + wordsPerRow] ?? 0);
    if (column === 0) {
      out[at] = 0;
      continue;
    }
    const isRowEnd = (at + 1) % wordsPerRow === 0;
    const next = isRowEnd ? 0 : (words[at + 1] ?? 0) & (words[at + 1 + wordsPerRow] ?? 0);
    out[at] = column & ((column >>> 1) | (next << 31));
  }
  out.fill(0, last);
}

/** Clears the pixels of a box (whole pixels, exclusive right and bottom). */
export function clearBox(plane: BitPlane, box: { x1: number; y1: number; x2: number; y2: number }): void {
  const right = Math.min(plane.widthPx, Math.ceil(box.x2));
  for (let y = Math.max(0, Math.floor(box.y1)); y < Math.min(plane.heightPx, Math.ceil(box.y2)); y += 1) {
    for (let x = Math.max(0, Math.floor(box.x1)); x < right; x += 1) {
      const at = y * plane.wordsPerRow + (x >> 5);
      plane.words[at] = (plane.words[at] ?? 0) & ~(1 << (x & 31));
    }
  }
}

function populationCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
