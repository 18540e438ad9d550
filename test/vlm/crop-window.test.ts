import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '#detector/box.ts';
import { answerLimits, cropWindow, layOut, toAnswer, toFrame } from '#vlm/crop-window.ts';
import { profiles } from '#vlm/profiles.ts';
import { smartResize } from '#vlm/smart-resize.ts';

const frame = fc.record({ widthPx: fc.integer({ min: 64, max: 3000 }), heightPx: fc.integer({ min: 64, max: 3000 }) });
const place = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});
const side = fc.double({ min: 1, max: 220, noNaN: true });
const seeds = fc.integer();
const shots = fc.record({ size: frame, at: place, sidePx: side, seed: seeds, golden: fc.boolean() });

function boxIn(size: { widthPx: number; heightPx: number }, at: { x: number; y: number }, sidePx: number): Box {
  const width = Math.min(sidePx, size.widthPx);
  const height = Math.min(sidePx, size.heightPx);
  const x1 = at.x * (size.widthPx - width);
  const y1 = at.y * (size.heightPx - height);
  return { x1, y1, x2: x1 + width, y2: y1 + height };
}

describe('the crop window', () => {
  it('lies on whole pixels of the frame and contains the detection, whatever the seed', () => {
    fc.assert(
      fc.property(frame, place, side, seeds, (size, at, sidePx, seed) => {
        const box = boxIn(size, at, sidePx);
        const window = cropWindow(box, size, seed);
        expect(Object.values(window).every(Number.isInteger)).toBe(true);
        expect(window.x1 >= 0 && window.y1 >= 0).toBe(true);
        expect(window.x2 <= size.widthPx && window.y2 <= size.heightPx).toBe(true);
        expect(window.x1 <= box.x1 + 1e-6 && window.y1 <= box.y1 + 1e-6).toBe(true);
        expect(window.x2 >= box.x2 - 1e-6 && window.y2 >= box.y2 - 1e-6).toBe(true);
      }),
    );
  });

  it('is the same for the same seed, and puts the detection anywhere in it over many seeds', () => {
    const box = { x1: 300, y1: 300, x2: 332, y2: 330 };
    const size = { widthPx: 640, heightPx: 640 };
    expect(cropWindow(box, size, 5)).toEqual(cropWindow(box, size, 5));
    const middles = Array.from({ length: 400 }, (_, seed) => {
      const window = cropWindow(box, size, seed);
      return (316 - window.x1) / (window.x2 - window.x1);
    });
    expect(Math.min(...middles)).toBeLessThan(0.3);
    expect(Math.max(...middles)).toBeGreaterThan(0.7);
    const mean = middles.reduce((sum, middle) => sum + middle, 0) / middles.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  it('shows less of what else was found than a window drawn without it, as little as nothing where there is room', () => {
    const box = { x1: 300, y1: 300, x2: 332, y2: 330 };
    const size = { widthPx: 640, heightPx: 640 };
    const beside = [{ box: { x1: 345, y1: 300, x2: 375, y2: 330 }, score: 0.9 }];
    const shown = (seed: number, others: typeof beside): boolean =>
      cropWindow(box, size, seed, others).x2 > (beside[0]?.box.x1 ?? 0);
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    expect(seeds.filter((seed) => shown(seed, [])).length).toBeGreaterThan(100);
    expect(seeds.filter((seed) => shown(seed, beside))).toEqual([]);
  });

  it('still holds the detection anywhere where what else was found lies over it', () => {
    const box = { x1: 300, y1: 300, x2: 332, y2: 330 };
    const beside = [{ box, score: 1 }];
    const size = { widthPx: 640, heightPx: 640 };
    expect(cropWindow(box, size, 5, beside)).toEqual(cropWindow(box, size, 5));
  });

  it('takes in what it can of a box that sticks out of the frame', () => {
    const window = cropWindow({ x1: -20, y1: 600, x2: 30, y2: 700 }, { widthPx: 640, heightPx: 640 }, 1);
    expect(window.x1).toBe(0);
    expect(window.y2).toBe(640);
  });
});

describe.each(Object.values(profiles))('the sent image of $id', (profile) => {
  const { coordinates, imageTokens } = profile;
  const { factor } = coordinates;

  it.each([false, true])(
    'has sides that the engine leaves alone, within the tokens (golden beside it: %s)',
    (golden) => {
      fc.assert(
        fc.property(frame, place, side, seeds, (size, at, sidePx, seed) => {
          const window = cropWindow(boxIn(size, at, sidePx), size, seed);
          const { image } = layOut(window, golden, { factor, imageTokens });
          const limits = { factor, minPixels: 4 * factor * factor, maxPixels: imageTokens * factor * factor };
          expect(smartResize(image, limits)).toEqual(image);
        }),
      );
    },
  );

  it('maps a box there and back within one frame pixel', () => {
    fc.assert(
      fc.property(shots, ({ size, at, sidePx, seed, golden }) => {
        const box = boxIn(size, at, sidePx);
        const window = cropWindow(box, size, seed);
        const layout = layOut(window, golden, { factor, imageTokens });
        const answered = toAnswer(box, layout, coordinates);
        const back = toFrame(answered, layout, coordinates);
        const limit = answerLimits(layout, coordinates);
        expect(answered.x2 <= Math.round(limit.x) && answered.y2 <= Math.round(limit.y)).toBe(true);
        // One step of the answer is finer than a frame pixel as long as the window is not larger than the panel.
        const stepX = (window.x2 - window.x1) / limit.x;
        const stepY = (window.y2 - window.y1) / limit.y;
        for (const [key, step] of [
          ['x1', stepX],
          ['x2', stepX],
          ['y1', stepY],
          ['y2', stepY],
        ] as const) {
          expect(Math.abs(back[key] - box[key])).toBeLessThanOrEqual(Math.max(1, step / 2 + 1e-6));
        }
      }),
    );
  });
});

describe('box mapping', () => {
  const window = { x1: 100, y1: 200, x2: 212, y2: 312 };

  it.each([
    {
      name: 'pixels of the sent image: 112 frame px on 896',
      profile: profiles['vllm/qwen2.5'],
      golden: false,
      answered: { x1: 0, y1: 448, x2: 80, y2: 896 },
      inFrame: { x1: 100, y1: 256, x2: 110, y2: 312 },
    },
    {
      name: 'beside a golden sample a panel is 616 wide',
      profile: profiles['vllm/qwen2.5'],
      golden: true,
      answered: { x1: 308, y1: 0, x2: 616, y2: 308 },
      inFrame: { x1: 156, y1: 200, x2: 212, y2: 256 },
    },
    {
      name: 'shares of the whole image, golden half included: 500 is the far side of the tested half',
      profile: profiles['vllm/qwen3'],
      golden: true,
      answered: { x1: 250, y1: 500, x2: 500, y2: 1000 },
      inFrame: { x1: 156, y1: 256, x2: 212, y2: 312 },
    },
  ])('$name', ({ profile: { coordinates, imageTokens }, golden, answered, inFrame }) => {
    const layout = layOut(window, golden, { factor: coordinates.factor, imageTokens });
    expect(toFrame(answered, layout, coordinates)).toEqual(inFrame);
  });
});
