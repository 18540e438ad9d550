import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundHalfEven, smartResize } from '#vlm/smart-resize.ts';

const qwen25 = { factor: 28, minPixels: 4 * 28 * 28, maxPixels: 16_384 * 28 * 28 };

describe('smart resize', () => {
  it.each([
    { name: 'multiples stay', from: [896, 896], to: [896, 896] },
    { name: 'nearest multiple below', from: [640, 480], to: [644, 476] },
    { name: '70 = 2.5 factors goes to the even 2', from: [70, 280], to: [56, 280] },
    { name: '98 = 3.5 factors goes to the even 4', from: [98, 280], to: [112, 280] },
    { name: '126 = 4.5 factors goes to the even 4', from: [126, 280], to: [112, 280] },
    { name: '182 = 6.5 factors goes to the even 6', from: [182, 182], to: [168, 168] },
    { name: '1288 x 728 stays', from: [1288, 728], to: [1288, 728] },
    { name: 'a crop too small grows to four tokens', from: [30, 30], to: [56, 56] },
    { name: 'a sliver keeps one factor before it grows', from: [10, 400], to: [28, 392] },
    { name: 'a large frame shrinks below the limit', from: [6000, 4000], to: [4368, 2912] },
  ])('$name', ({ from: [widthPx = 0, heightPx = 0], to }) => {
    const size = smartResize({ widthPx, heightPx }, qwen25);
    expect([size?.widthPx, size?.heightPx]).toEqual(to);
  });

  it('refuses what is 200 times as long as wide', () => {
    expect(smartResize({ widthPx: 28, heightPx: 5628 }, qwen25)).toBeNull();
  });

  it('differs from half-up rounding at every odd multiple of 14 whose even neighbor lies below', () => {
    const differing = Array.from({ length: 1972 }, (_, index) => index + 28).filter(
      (side) => roundHalfEven(side / 28) !== Math.round(side / 28),
    );
    expect(differing.slice(0, 3)).toEqual([70, 126, 182]);
    expect(differing).toHaveLength(35);
  });

  it('gives multiples of the factor within the limits, and leaves its own sizes as they are', () => {
    const side = fc.integer({ min: 28, max: 4000 });
    fc.assert(
      fc.property(side, side, (widthPx, heightPx) => {
        const once = smartResize({ widthPx, heightPx }, qwen25);
        if (once === null) return;
        expect([once.widthPx % 28, once.heightPx % 28]).toEqual([0, 0]);
        expect(once.widthPx * once.heightPx).toBeLessThanOrEqual(qwen25.maxPixels);
        expect(smartResize(once, qwen25)).toEqual(once);
      }),
    );
  });
});
