import type { BitPlane } from '#detector/bit-plane.ts';

const high = 0x80808080 | 0;
const low = 0x7f7f7f7f;

/**
 * Sets the pixels whose grey levels differ by more than `level` (0..127). Both planes are widthPx * heightPx bytes of
 * the same frame. Works on four pixels at a time where width and memory allow it.
 */
export function differenceBits(a: Uint8Array, b: Uint8Array, level: number, target: BitPlane): void {
  const aligned = target.widthPx % 32 === 0 && a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0;
  if (aligned) byWords(a, b, level, target.words);
  else byPixels(a, b, level, target);
}

/**
 * |x - y| > level in each byte of a word: the bytes are subtracted without borrowing from each other (Warren,
 * Hacker's Delight, 2-18), negative ones complemented, and what exceeds the level carries into the high bit.
 */
function byWords(a: Uint8Array, b: Uint8Array, level: number, out: Int32Array): void {
  const x32 = new Int32Array(a.buffer, a.byteOffset, out.length * 8);
  const y32 = new Int32Array(b.buffer, b.byteOffset, out.length * 8);
  const carry = Math.imul(127 - level, 0x01010101);
  for (let word = 0, at = 0; word < out.length; word += 1) {
    let bits = 0;
    for (let shift = 0; shift < 32; shift += 4, at += 1) {
      const x = x32[at] ?? 0;
      const y = y32[at] ?? 0;
      if (x === y) continue;
      const difference = ((x | high) - (y & low)) ^ ((x ^ ~y) & high);
      const negative = ((~x & y) | (~(x ^ y) & difference)) & high;
      const one = negative >>> 7;
      const size = difference ^ Math.imul(one, 255);
      const over = (((size & low) + carry + one) | size) & high;
      if (over !== 0) bits |= (Math.imul(over >>> 7, 0x10204080) >>> 28) << shift;
    }
    out[word] = bits;
  }
}

function byPixels(a: Uint8Array, b: Uint8Array, level: number, target: BitPlane): void {
  target.words.fill(0);
  for (let y = 0; y < target.heightPx; y += 1) {
    const row = y * target.widthPx;
    for (let x = 0; x < target.widthPx; x += 1) {
      if (Math.abs((a[row + x] ?? 0) - (b[row + x] ?? 0)) <= level) continue;
      const at = y * target.wordsPerRow + (x >> 5);
      target.words[at] = (target.words[at] ?? 0) | (1 << (x & 31));
    }
  }
}
