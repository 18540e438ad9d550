import { describe, expect, test } from 'vitest';
import { frameDoubts } from '#edge/validity/frame-doubts.ts';
import { measureImage, toGrey } from '#edge/validity/measure-image.ts';
import { createRecentFrames } from '#edge/validity/recent-frames.ts';
import type { FrameLimits } from '#rules/recipe.ts';
import { drawGrey } from '../support/drawn-image.ts';

const limits: FrameLimits = {
  widthPx: [64, 64],
  heightPx: [64, 64],
  meanGrey: [20, 235],
  sharpnessFrom: 50,
  contrastFrom: 10,
  residualUpTo: 0.1,
  repeatedWithin: 4,
};

const stripes = (period: number) => (x: number) => (Math.floor(x / period) % 2 === 0 ? 60 : 180);
const soft = (x: number): number => Math.round(120 + 60 * Math.sin((x / 64) * 2 * Math.PI));

describe('a frame', () => {
  test.each([
    ['with sharp stripes is fit to judge', drawGrey(64, 64, stripes(8)), []],
    ['that is black', drawGrey(64, 64, () => 3), ['black']],
    ['that is black with a bright spot', drawGrey(64, 64, (x, y) => (x < 4 && y < 4 ? 250 : 2)), ['black']],
    ['that is white', drawGrey(64, 64, () => 252), ['overexposed']],
    ['of an empty fixture', drawGrey(64, 64, (x) => 120 + (x % 3)), ['empty']],
    ['that is out of focus', drawGrey(64, 64, soft), ['blurred']],
    ['that is narrower than allowed', drawGrey(63, 64, stripes(8)), ['wrong-size']],
    ['that is higher than allowed', drawGrey(64, 65, stripes(8)), ['wrong-size']],
    ['of another size and black', drawGrey(10, 10, () => 0), ['wrong-size', 'black']],
    ['of one pixel', drawGrey(1, 1, () => 128), ['wrong-size', 'empty']],
  ])('%s', (_name, image, doubts) => {
    expect(frameDoubts(image, measureImage(image), limits)).toEqual(doubts);
  });

  test.each([
    ['all of one level', drawGrey(8, 8, () => 77), { meanGrey: 77, contrast: 0, sharpness: 0 }],
    ['half black, half 200', drawGrey(8, 8, (x) => (x < 4 ? 0 : 200)), { meanGrey: 100, contrast: 100 }],
    ['a ramp is not sharp', drawGrey(8, 8, (x) => 10 * x), { meanGrey: 35, sharpness: 0 }],
    // 36 inner pixels: -400 once, +100 on its four neighbors.
    ['one bright pixel', drawGrey(8, 8, (x, y) => (x === 3 && y === 3 ? 100 : 0)), { sharpness: 200_000 / 36 }],
  ])('is measured: %s', (_name, image, expected) => {
    const measured = measureImage(image);
    for (const [name, value] of Object.entries(expected))
      expect(measured[name as keyof typeof measured], name).toBeCloseTo(value, 6);
  });

  test('in color counts by its luma', () => {
    const red = new Uint8Array([255, 0, 0]);
    expect([...toGrey({ widthPx: 1, heightPx: 1, channels: 3, data: red })]).toEqual([76]);
  });
});

describe('a camera that hangs', () => {
  const part = drawGrey(8, 8, stripes(2));
  const other = drawGrey(8, 8, stripes(4));

  test('is noticed when another trigger shows the very same pixels in the same view', () => {
    const recent = createRecentFrames();
    expect(recent.repeats({ viewId: 'top', trigger: 'e#1', image: part }, 2)).toBe(false);
    expect(recent.repeats({ viewId: 'top', trigger: 'e#2', image: part }, 2)).toBe(true);
    expect(recent.repeats({ viewId: 'bottom', trigger: 'e#2', image: part }, 2)).toBe(false);
  });

  test('is not suspected when one trigger is looked at twice, or a single pixel differs', () => {
    const recent = createRecentFrames();
    recent.repeats({ viewId: 'top', trigger: 'e#1', image: part }, 2);
    expect(recent.repeats({ viewId: 'top', trigger: 'e#1', image: part }, 2)).toBe(false);
    const noisy = { ...part, data: part.data.with(5, (part.data[5] ?? 0) + 1) };
    expect(recent.repeats({ viewId: 'top', trigger: 'e#2', image: noisy }, 2)).toBe(false);
  });

  test('is noticed over a few frames in between, not for ever', () => {
    const recent = createRecentFrames();
    recent.repeats({ viewId: 'top', trigger: 'e#1', image: part }, 2);
    recent.repeats({ viewId: 'top', trigger: 'e#2', image: other }, 2);
    expect(recent.repeats({ viewId: 'top', trigger: 'e#3', image: part }, 2)).toBe(true);
    for (const no of [4, 5]) {
      const image = drawGrey(8, 8, (x, y) => x * y + no);
      recent.repeats({ viewId: 'top', trigger: `e#${no}`, image }, 2);
    }
    expect(recent.repeats({ viewId: 'top', trigger: 'e#6', image: other }, 2)).toBe(false);
  });

  test('is not looked for where the recipe says so', () => {
    const recent = createRecentFrames();
    recent.repeats({ viewId: 'top', trigger: 'e#1', image: part }, 0);
    expect(recent.repeats({ viewId: 'top', trigger: 'e#2', image: part }, 0)).toBe(false);
  });
});
