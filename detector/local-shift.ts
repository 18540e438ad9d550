import type { BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';

/** What is left of a square once the golden may move a little under it. */
export type Seam = 'defect' | 'near' | 'far';

/** Two grey frames of one size, and where they differ. */
export interface Difference {
  readonly tested: Image;
  readonly template: Image;
  /** Grey levels by which a pixel must differ. */
  readonly level: number;
  /** Pixels that differ in a square of 2 x 2. */
  readonly cores: BitPlane;
}

/** Tells what the difference of a square is. */
export type SeamTest = (difference: Difference, square: Box) => Seam;

/** Furthest local shift, each way, that counts as a seam between part and golden and not as a defect. */
const reachPx = 3;
/** From this shift on a seam is far: the net does not forgive that much. */
const farFromPx = 3;
/** Pixels around a square that must agree too: a defect could hide in a shift of itself alone. */
const marginPx = 6;
/** Cores that are looked at before the whole square: most shifts of a defect fail there. */
const mostProbes = 8;

interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/**
 * Tells apart edges that lie a little elsewhere (etching, registration, sampling) from defects: whether some small shift
 * of the golden makes the difference of a square vanish, so that nothing of 2 x 2 px differs any more. The shift that
 * served last is tried first. A defect leaves something under every shift.
 */
export function createSeamTest(): SeamTest {
  const shifts = nearestFirst();
  return (difference, square) => {
    const probes = probesOf(difference.cores, square);
    for (const [index, shift] of shifts.entries()) {
      if (!agreesAt(difference, probes, shift) || !agrees(difference, square, shift)) continue;
      shifts.splice(index, 1);
      shifts.unshift(shift);
      return Math.max(Math.abs(shift.dx), Math.abs(shift.dy)) >= farFromPx ? 'far' : 'near';
    }
    return 'defect';
  };
}

function nearestFirst(): Shift[] {
  const shifts: Shift[] = [];
  for (let dy = -reachPx; dy <= reachPx; dy += 1)
    for (let dx = -reachPx; dx <= reachPx; dx += 1) shifts.push({ dx, dy });
  return shifts.sort((a, b) => a.dx ** 2 + a.dy ** 2 - b.dx ** 2 - b.dy ** 2);
}

/** Indices of some pixels of the square that are cores, spread over it; none at the rim of the frame. */
function probesOf({ words, wordsPerRow, widthPx, heightPx }: BitPlane, square: Box): number[] {
  const all: number[] = [];
  const left = Math.max(reachPx, square.x1);
  const right = Math.min(widthPx - reachPx - 1, square.x2);
  const bottom = Math.min(heightPx - reachPx - 1, square.y2);
  for (let y = Math.max(reachPx, square.y1); y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      if (((words[y * wordsPerRow + (x >> 5)] ?? 0) >>> (x & 31)) & 1) all.push(y * widthPx + x);
    }
  }
  const step = Math.ceil(all.length / mostProbes);
  return all.filter((_, index) => index % step === 0);
}

/** Whether, at each probe, some pixel of its 2 x 2 px agrees when the golden is shifted. */
function agreesAt({ tested, template, level }: Difference, probes: readonly number[], { dx, dy }: Shift): boolean {
  const { widthPx, data } = tested;
  const golden = template.data;
  const offset = dy * widthPx + dx;
  const differs = (at: number): boolean => Math.abs((data[at] ?? 0) - (golden[at + offset] ?? 0)) > level;
  return !probes.some((at) => differs(at) && differs(at + 1) && differs(at + widthPx) && differs(at + widthPx + 1));
}

/** Whether nothing of 2 x 2 px differs in the square and its margin when the golden is shifted. */
function agrees({ tested, template, level }: Difference, square: Box, { dx, dy }: Shift): boolean {
  const { widthPx, heightPx, data } = tested;
  const golden = template.data;
  const left = Math.max(0, -dx, square.x1 - marginPx);
  const right = Math.min(widthPx, widthPx - dx, square.x2 + marginPx);
  const top = Math.max(0, -dy, square.y1 - marginPx);
  const bottom = Math.min(heightPx, heightPx - dy, square.y2 + marginPx);
  const offset = dy * widthPx + dx;
  for (let y = top + 1; y < bottom; y += 1) {
    let before = false;
    for (let at = y * widthPx + left; at < y * widthPx + right; at += 1) {
      const here = Math.abs((data[at] ?? 0) - (golden[at + offset] ?? 0)) > level;
      const above = at - widthPx;
      const both = here && Math.abs((data[above] ?? 0) - (golden[above + offset] ?? 0)) > level;
      if (both && before) return false;
      before = both;
    }
  }
  return true;
}
