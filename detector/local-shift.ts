import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';

/** Furthest local shift, each way, that counts as a seam between part and golden and not as a defect. */
const reachPx = 3;
/** Pixels around a region that must agree too: a defect could hide in a shift of itself alone. */
const marginPx = 6;

/** Whether a square of a tested frame differs from the template by no more than a seam. */
export type SeamTest = (tested: Image, template: Image, square: Box, level: number) => boolean;

interface Shift {
  readonly dx: number;
  readonly dy: number;
}

/**
 * Tells apart edges that lie a little elsewhere (etching, registration, sampling) from defects: whether some small shift
 * of the golden makes the difference of a square vanish, so that no 2 x 2 square differs any more. The shift that served
 * last is tried first. A defect leaves such squares under every shift.
 */
export function createSeamTest(): SeamTest {
  const shifts = nearestFirst();
  return (tested, template, region, level) => {
    for (const [index, shift] of shifts.entries()) {
      if (!agrees(tested, template, region, { ...shift, level })) continue;
      shifts.splice(index, 1);
      shifts.unshift(shift);
      return true;
    }
    return false;
  };
}

function nearestFirst(): Shift[] {
  const shifts: Shift[] = [];
  for (let dy = -reachPx; dy <= reachPx; dy += 1)
    for (let dx = -reachPx; dx <= reachPx; dx += 1) shifts.push({ dx, dy });
  return shifts.sort((a, b) => a.dx ** 2 + a.dy ** 2 - b.dx ** 2 - b.dy ** 2);
}

/** Whether no 2 x 2 square of the region and its margin differs when the golden is shifted. */
function agrees(tested: Image, template: Image, region: Box, how: Shift & { readonly level: number }): boolean {
  const { widthPx, heightPx, data } = tested;
  const golden = template.data;
  const { dx, dy, level } = how;
  const left = Math.max(0, -dx, region.x1 - marginPx);
  const right = Math.min(widthPx, widthPx - dx, region.x2 + marginPx);
  const top = Math.max(0, -dy, region.y1 - marginPx);
  const bottom = Math.min(heightPx, heightPx - dy, region.y2 + marginPx);
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
