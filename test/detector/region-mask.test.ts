import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitPlane } from '#detector/bit-plane.ts';
import { differenceRegion } from '#detector/defect-region.ts';
import { differenceBits } from '#detector/difference-bits.ts';
import { maskRegion } from '#detector/mask-region.ts';
import { decodeRegion, encodeRegion } from '#detector/region-mask.ts';
import { drawGrey } from '../support/drawn-image.ts';

describe('a region mask', () => {
  it('gives back the pixels it was made of', () => {
    const pixels = fc.array(fc.boolean(), { minLength: 63, maxLength: 63 });
    fc.assert(
      fc.property(pixels, (set) => {
        const window = { x1: 5, y1: 3, x2: 14, y2: 10 };
        const region = encodeRegion(window, (x, y) => set[(y - 3) * 9 + (x - 5)] ?? false);
        fc.pre(region !== null);
        const { mask } = region;
        const decoded = decodeRegion(mask);
        expect(region.areaPx).toBe(set.filter(Boolean).length);
        expect(mask.runs.reduce((sum, length) => sum + length, 0)).toBe(mask.widthPx * mask.heightPx);
        for (let y = 3; y < 10; y += 1) {
          for (let x = 5; x < 14; x += 1) {
            const inside = x >= mask.x && y >= mask.y && x < mask.x + mask.widthPx && y < mask.y + mask.heightPx;
            const told = inside && decoded[(y - mask.y) * mask.widthPx + (x - mask.x)] === 1;
            expect(told).toBe(set[(y - 3) * 9 + (x - 5)]);
          }
        }
      }),
    );
  });

  it('is none where no pixel is inside', () => {
    expect(encodeRegion({ x1: 0, y1: 0, x2: 5, y2: 5 }, () => false)).toBeNull();
  });

  it('follows what differs, and leaves out what is too thin to be part of the defect', () => {
    const image = drawGrey(64, 64, (x, y) => ((x >= 20 && x < 28 && y >= 20 && y < 26) || x === 34 ? 255 : 0));
    const [differing, cores] = [bitPlane(64, 64), bitPlane(64, 64)];
    differenceBits(image.data, new Uint8Array(64 * 64), 100, differing);
    // the cores of a block of 8 x 6 px
    differenceBits(
      drawGrey(64, 64, (x, y) => (x >= 20 && x < 27 && y >= 20 && y < 25 ? 255 : 0)).data,
      new Uint8Array(64 * 64),
      100,
      cores,
    );
    const region = differenceRegion({ x1: 15.4, y1: 15.2, x2: 40, y2: 30 }, differing, cores);
    expect(region).toEqual({ mask: { x: 20, y: 20, widthPx: 8, heightPx: 6, runs: [0, 48] }, areaPx: 48 });
  });

  it('follows the mask output of the net where there is no golden', () => {
    const data = new Float32Array(16);
    for (const cell of [5, 6, 9, 10]) data[cell] = 1;
    const mask = { window: { x: 100, y: 50, widthPx: 16, heightPx: 16 }, data, start: 0, columns: 4, rows: 4 };
    const region = maskRegion({ x1: 100, y1: 50, x2: 116, y2: 66 }, mask, { widthPx: 200, heightPx: 200 });
    expect(region?.mask).toMatchObject({ x: 104, y: 54, widthPx: 8, heightPx: 8 });
    expect(region?.areaPx).toBe(60);
  });
});
