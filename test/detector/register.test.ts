import { beforeAll, describe, expect, it } from 'vitest';
import { perturb } from '#detector/evaluate/perturb.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import type { Image } from '#detector/image.ts';
import { createGoldenComparer, type GoldenComparer } from '#detector/template/compare-golden.ts';
import { loadOpenCv, type OpenCv } from '#detector/template/open-cv.ts';
import { drawGrey } from '../support/drawn-image.ts';

/** Bars and pads at odd places, so that a fit is determined in every direction. */
function board(seed: number): Image {
  const random = seededRandom(seed);
  const shapes = Array.from({ length: 26 }, () => ({
    x: Math.floor(random() * 300),
    y: Math.floor(random() * 220),
    width: 6 + Math.floor(random() * 70),
    height: 6 + Math.floor(random() * 40),
  }));
  const isIn = (x: number, y: number): boolean =>
    shapes.some((s) => x >= s.x && x < s.x + s.width && y >= s.y && y < s.y + s.height);
  return drawGrey(320, 240, (x, y) => (isIn(x, y) ? 210 : 40));
}

describe('a part against its golden', () => {
  let cv: OpenCv;
  let comparer: GoldenComparer;
  const golden = board(3);
  beforeAll(async () => {
    cv = await loadOpenCv();
    comparer = createGoldenComparer(cv);
  });

  it.each([
    { name: 'as it should', amounts: {}, dxPx: 0 },
    { name: 'shifted', amounts: { shift: 12 }, dxPx: 11.64 },
    { name: 'turned', amounts: { rotate: 1.5 }, dxPx: 0 },
    { name: 'scaled', amounts: { scale: 1 }, dxPx: 0 },
    {
      name: 'moved, in other greys, noisy',
      amounts: { shift: 8, rotate: 1, scale: 0.5, tone: 0.8, noise: 6 },
      dxPx: 7.76,
    },
  ])('is aligned where it lies $name', async ({ amounts, dxPx }) => {
    // 0.97 of each amount
    const { image } = await perturb(cv, golden, amounts, () => 0.985);
    const said = comparer.compare(image, golden, [])?.registration;
    expect(said?.status).toBe('aligned');
    expect(Math.abs((said?.dxPx ?? 99) - dxPx)).toBeLessThan(2);
    expect(said?.residual).toBeLessThan(0.02);
  });

  it.each([
    { name: 'turned too far', amounts: { rotate: 7 } },
    { name: 'scaled too far', amounts: { scale: 6 } },
    { name: 'shifted too far', amounts: { shift: 18 } },
  ])('is in doubt where it is $name', async ({ amounts }) => {
    const { image } = await perturb(cv, golden, amounts, () => 0.985);
    expect(comparer.compare(image, golden, [])?.registration.status).toBe('uncertain');
  });

  it('of another product is uncertain', () => {
    expect(comparer.compare(board(11), golden, [])?.registration.status).toBe('uncertain');
  });

  it('with uniform parallel lines is not moved along them', async () => {
    const lines = drawGrey(320, 240, (_, y) => (y % 60 < 20 ? 210 : 40));
    const { image } = await perturb(cv, lines, { shift: 6 }, () => 0.985);
    const said = comparer.compare(image, lines, []);
    expect(said?.registration.status).toBe('aligned');
    expect(Math.abs(said?.registration.dxPx ?? 99)).toBeLessThan(2);
  });
});
