import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitPlane, erode2 } from '#detector/bit-plane.ts';
import { differenceBits } from '#detector/difference-bits.ts';
import { differenceRegions } from '#detector/difference-regions.ts';
import type { Image } from '#detector/image.ts';
import { createSeamTest } from '#detector/local-shift.ts';
import { regionWindows } from '#detector/region-windows.ts';
import { drawGrey } from '../support/drawn-image.ts';

const tile = { sidePx: 128, overlapPx: 48, regionPx: 64, sideMultiple: 32 };

function regionsOf(image: Image) {
  const plane = bitPlane(image.widthPx, image.heightPx);
  differenceBits(image.data, new Uint8Array(image.data.length), 100, plane);
  return differenceRegions(plane, 1000, () => 'defect').regions;
}

describe('the regions that differ', () => {
  it('are one for each group of touching squares', () => {
    const image = drawGrey(200, 100, (x, y) => ((x < 40 && y < 20) || (x > 150 && y > 90) ? 255 : 0));
    expect(regionsOf(image)).toEqual([
      { x1: 0, y1: 0, x2: 48, y2: 32 },
      { x1: 144, y1: 80, x2: 200, y2: 100 },
    ]);
  });

  it('hold every pixel that differs, and lie in a window together with the context that the net needs', () => {
    const spot = fc.record({ x: fc.integer({ min: 0, max: 299 }), y: fc.integer({ min: 0, max: 219 }) });
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 6 }), (spots) => {
        const image = drawGrey(300, 220, (x, y) => (spots.some((s) => s.x === x && s.y === y) ? 255 : 0));
        const windows = regionWindows(regionsOf(image), image, tile);
        if (windows === null) return;
        for (const { x, y } of spots) {
          const holds = windows.some((w) => w.x <= x && x < w.x + w.widthPx && w.y <= y && y < w.y + w.heightPx);
          expect(holds).toBe(true);
        }
        for (const window of windows) {
          expect((window.widthPx % 32) + (window.heightPx % 32)).toBe(0);
          expect(window.x + window.widthPx).toBeLessThanOrEqual(300);
          expect(window.y + window.heightPx).toBeLessThanOrEqual(220);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are none where nothing differs, and the whole frame where all does', () => {
    expect(regionWindows([], { widthPx: 300, heightPx: 220 }, tile)).toEqual([]);
    expect(regionWindows(regionsOf(drawGrey(300, 220, () => 255)), { widthPx: 300, heightPx: 220 }, tile)).toBeNull();
  });
});

describe('a seam', () => {
  const stripes = (shift: number): Image =>
    drawGrey(96, 96, (x, y) => ((x + shift) % 24 < 12 || (y + shift) % 48 < 6 ? 220 : 30));
  const template = stripes(0);
  const spotted = drawGrey(96, 96, (x, y) => {
    const level = template.data[y * 96 + x] ?? 0;
    return x >= 38 && x < 42 && y >= 40 && y < 44 ? 255 - level : level;
  });
  const square = { x1: 32, y1: 32, x2: 48, y2: 48 };
  it.each([
    { name: 'edges that lie 2 px elsewhere', tested: stripes(2), seam: 'near' },
    { name: 'edges that lie 4 px elsewhere', tested: stripes(4), seam: 'far' },
    { name: 'edges that lie 6 px elsewhere', tested: stripes(6), seam: 'defect' },
    { name: 'a spot of 4 px', tested: spotted, seam: 'defect' },
  ])('is told from a defect: $name', ({ tested, seam }) => {
    const [differing, cores] = [bitPlane(96, 96), bitPlane(96, 96)];
    differenceBits(tested.data, template.data, 60, differing);
    erode2(differing, cores);
    expect(createSeamTest()({ tested, template, level: 60, cores }, square)).toBe(seam);
  });
});
