import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '#detector/box.ts';
import { stationLook } from '#line/boards/board.ts';
import { boardProducts, createBoardSource } from '#line/boards/board-source.ts';
import { photograph, templateLook } from '#line/boards/camera.ts';
import { boardLabels, drawDefects } from '#line/boards/defects.ts';
import { drawDesign } from '#line/boards/design.ts';
import { createRandom } from '#line/boards/random.ts';

const sizePx = 320;
const seeds = fc.integer({ min: 0, max: 1_000_000 });
const few = { numRuns: 12 };

function inside(box: Box, x: number, y: number): boolean {
  return box.x1 <= x && x < box.x2 && box.y1 <= y && y < box.y2;
}

function differing(a: Uint8Array, b: Uint8Array): number[] {
  return [...a.keys()].filter((index) => a[index] !== b[index]);
}

describe('drawn boards', () => {
  it('come out with the same bytes for the same seed and with others for another', async () => {
    const [one, again, other] = await Promise.all([3, 3, 4].map((seed) => createBoardSource({ seed, sizePx }).part(5)));
    expect(again).toEqual(one);
    expect(other?.views[0]?.bytes).not.toEqual(one?.views[0]?.bytes);
  });

  it('have every changed pixel inside a truth box and a change inside each truth box', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const design = drawDesign(createRandom(seed, 'design'), sizePx);
        const { copper, defects } = drawDefects(design, createRandom(seed, 'defects'), count);
        const changed = differing(copper.data, design.copper.data);
        for (const index of changed) {
          const [x, y] = [index % sizePx, Math.floor(index / sizePx)];
          expect(defects.filter(({ tight }) => inside(tight, x, y))).toHaveLength(1);
        }
        for (const { box, tight } of defects) {
          const own = changed.filter((index) => inside(tight, index % sizePx, Math.floor(index / sizePx)));
          expect(own.length).toBeGreaterThanOrEqual(24);
          expect(box.x1 < tight.x1 && box.y1 < tight.y1 && box.x2 > tight.x2 && box.y2 > tight.y2).toBe(true);
        }
      }),
      few,
    );
  });

  it('show each defect to the camera: the picture differs by many grey levels inside its box', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const design = drawDesign(createRandom(seed, 'design'), sizePx);
        const { copper, defects } = drawDefects(design, createRandom(seed, 'defects'), 4);
        const look = templateLook(stationLook(createRandom(seed, 'look')));
        const tested = photograph(copper, look, createRandom(seed, 'light'));
        const clean = photograph(design.copper, look, createRandom(seed, 'light'));
        for (const { box } of defects) {
          const plain = differing(tested.data, clean.data).filter(
            (index) =>
              inside(box, index % sizePx, Math.floor(index / sizePx)) &&
              Math.abs((tested.data[index] ?? 0) - (clean.data[index] ?? 0)) > 60,
          );
          expect(plain.length).toBeGreaterThan(8);
        }
      }),
      few,
    );
  });

  it('differ by light and noise only when they are clean', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const design = drawDesign(createRandom(seed, 'design'), sizePx);
        const look = { ...stationLook(createRandom(seed, 'look')), shift: { dxPx: 0, dyPx: 0 } };
        const tested = photograph(design.copper, look, createRandom(seed, 'light'));
        const template = photograph(design.copper, templateLook(look), createRandom(seed, 'other'));
        const limit = 7 * look.noiseGrey + look.shadeGrey + 1;
        const most = tested.data.reduce(
          (sofar, grey, index) => Math.max(sofar, Math.abs(grey - (template.data[index] ?? 0))),
          0,
        );
        expect(most).toBeLessThan(limit);
      }),
      { numRuns: 4 },
    );
  });

  it('are about half clean, and the others show all six kinds sooner or later', async () => {
    const source = createBoardSource({ seed: 11, sizePx });
    const parts = await Promise.all(Array.from({ length: 36 }, (_, number) => source.part(number)));
    const defective = parts.filter((part) => part.truth.defective);
    expect(defective.length).toBeGreaterThan(9);
    expect(defective.length).toBeLessThan(27);
    const labels = new Set(defective.flatMap((part) => part.truth.defects.map((defect) => defect.label)));
    expect([...labels].toSorted()).toEqual([...boardLabels].toSorted());
    expect(new Set(parts.map((part) => part.serial)).size).toBe(36);
  });

  it('have a golden sample for each view of each product', async () => {
    const names: string[] = [];
    for await (const golden of createBoardSource({ seed: 1, sizePx: 160 }).goldens()) {
      names.push(`${golden.productId}/${golden.viewId}`);
    }
    expect(names).toEqual(boardProducts.flatMap((product) => [`${product}/top`, `${product}/bottom`]));
  });
});
