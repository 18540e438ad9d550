import { describe, expect, it } from 'vitest';
import { bitPlane, type BitPlane } from '#detector/bit-plane.ts';
import { boxOfRegion, unexplainedDifferences } from '#detector/unexplained-differences.ts';

const widthPx = 64;
const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });

/** A plane in which the pixels of these boxes are set. */
function planeOf(boxes: readonly ReturnType<typeof box>[]): BitPlane {
  const plane = bitPlane(widthPx, 64);
  for (const { x1, y1, x2, y2 } of boxes)
    for (let y = y1; y < y2; y += 1)
      for (let x = x1; x < x2; x += 1) {
        const at = y * plane.wordsPerRow + (x >> 5);
        plane.words[at] = (plane.words[at] ?? 0) | (1 << (x & 31));
      }
  return plane;
}

function found(set: readonly ReturnType<typeof box>[], explained: readonly ReturnType<typeof box>[]) {
  const regions = [box(0, 0, 32, 32), box(32, 32, 64, 64)];
  return unexplainedDifferences({ regions, differing: planeOf(set), cores: planeOf(set) }, explained);
}

describe('differences that no detection explains', () => {
  it('are told with their pixels, the largest first', () => {
    const regions = found([box(4, 4, 8, 8), box(40, 40, 50, 50)], []);
    expect(regions.map((region) => [region.areaPx, boxOfRegion(region)])).toEqual([
      [100, box(40, 40, 50, 50)],
      [16, box(4, 4, 8, 8)],
    ]);
  });

  it('are not those in the box of a detection', () => {
    expect(found([box(4, 4, 8, 8)], [box(2, 2, 10, 10)])).toEqual([]);
  });

  it('are what is left of a group beside a detection', () => {
    const [left, ...more] = found([box(4, 4, 8, 8), box(12, 12, 15, 16)], [box(2, 2, 10, 10)]);
    expect([left?.areaPx, more.length]).toEqual([12, 0]);
  });
});
