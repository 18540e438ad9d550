import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDetections } from '#detector/merge-detections.ts';
import { placeInFrame, type RawDetection } from '#detector/raw-detection.ts';

function raw(
  label: number,
  score: number,
  corners: readonly [number, number, number, number],
  cut = false,
): RawDetection {
  const [x1, y1, x2, y2] = corners;
  return { label, score, cut, box: { x1, y1, x2, y2 } };
}

describe('merging what all windows of a frame say', () => {
  it.each([
    {
      name: 'keeps two defects of one label that do not touch',
      found: [raw(0, 0.9, [0, 0, 10, 10]), raw(0, 0.8, [20, 0, 30, 10])],
      scores: [0.9, 0.8],
    },
    {
      name: 'joins two boxes of one label at IoU 0.5',
      found: [raw(0, 0.9, [0, 0, 30, 10]), raw(0, 0.8, [10, 0, 40, 10])],
      scores: [0.9],
    },
    {
      name: 'joins boxes wherever they lie, also far out and over many squares of the grid',
      found: [
        raw(0, 0.9, [50, 190, 270, 300]),
        raw(0, 0.8, [60, 190, 280, 300]),
        raw(0, 0.7, [63, 63, 65, 65]),
        raw(0, 0.6, [63, 63, 65.5, 65]),
      ],
      scores: [0.9, 0.7],
    },
    {
      name: 'keeps two labels at IoU 0.5: two defects may lie in one place',
      found: [raw(0, 0.9, [0, 0, 30, 10]), raw(1, 0.8, [10, 0, 40, 10])],
      scores: [0.9, 0.8],
    },
    {
      name: 'takes the stronger label of two that lie on each other',
      found: [raw(0, 0.8, [0, 0, 30, 10]), raw(1, 0.9, [1, 0, 31, 10])],
      scores: [0.9],
    },
    {
      name: 'takes a piece into the box that has it whole',
      found: [raw(0, 0.9, [0, 0, 40, 40]), raw(0, 0.8, [0, 0, 40, 5])],
      scores: [0.9],
    },
    {
      name: 'joins a whole box with a stronger piece that a window cut off',
      found: [raw(0, 0.7, [0, 0, 40, 40]), raw(0, 0.95, [0, 0, 40, 15], true)],
      scores: [0.95],
    },
    {
      name: 'keeps a strong piece that a window cut off beside a weak whole box of another label, on each other',
      found: [raw(0, 0.3, [0, 0, 40, 40]), raw(1, 0.95, [0, 0, 40, 32], true)],
      scores: [0.95, 0.3],
    },
    {
      name: 'keeps it inside the weak whole box, too',
      found: [raw(0, 0.3, [0, 0, 40, 40]), raw(1, 0.95, [0, 0, 40, 10], true)],
      scores: [0.95, 0.3],
    },
    {
      name: 'drops a weak piece inside a strong whole box of another label',
      found: [raw(0, 0.9, [0, 0, 40, 40]), raw(1, 0.4, [0, 0, 40, 10], true)],
      scores: [0.9],
    },
    { name: 'has nothing to do with nothing', found: [], scores: [] },
  ])('$name', ({ found, scores }) => {
    const merged = mergeDetections(found);
    expect(merged.map(({ score }) => score)).toEqual(scores);
  });

  it('gives the whole box the better score of a piece that a window cut off', () => {
    const whole = raw(0, 0.7, [0, 0, 40, 40]);
    expect(mergeDetections([raw(0, 0.95, [0, 0, 40, 15], true), whole])).toEqual([{ ...whole, score: 0.95 }]);
  });

  it('does not depend on the order of the windows', () => {
    const box = fc.record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      side: fc.integer({ min: 4, max: 30 }),
    });
    const one = fc
      .tuple(box, fc.integer({ min: 0, max: 2 }), fc.double({ min: 0.1, max: 1, noNaN: true }), fc.boolean())
      .map(([{ x, y, side }, label, score, cut]) => raw(label, score, [x, y, x + side, y + side], cut));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.integer(), (found, seed) => {
        const shuffled = found
          .map((value, index) => ({ value, key: Math.sin(seed + index) }))
          .sort((a, b) => a.key - b.key);
        expect(mergeDetections(shuffled.map(({ value }) => value))).toEqual(mergeDetections(found));
      }),
    );
  });
});

describe('placing a box of a window in the frame', () => {
  const frame = { widthPx: 200, heightPx: 100 };
  const window = { x: 100, y: 0, widthPx: 64, heightPx: 64 };
  it.each([
    { name: 'inside', box: { x1: 10, y1: 10, x2: 20, y2: 20 }, cut: false },
    {
      name: 'at the left edge of the window, where the frame goes on',
      box: { x1: 0, y1: 10, x2: 20, y2: 20 },
      cut: true,
    },
    {
      name: 'at the top edge of the window, which is that of the frame',
      box: { x1: 10, y1: 0, x2: 20, y2: 20 },
      cut: false,
    },
    { name: 'beyond the right edge of the window', box: { x1: 50, y1: 10, x2: 70, y2: 20 }, cut: true },
  ])('knows whether the window cut it off: $name', ({ box, cut }) => {
    const placed = placeInFrame({ label: 0, score: 1, box }, window, frame);
    expect(placed.cut).toBe(cut);
    expect(placed.box.x1).toBe(100 + box.x1);
  });

  it('keeps boxes inside the frame', () => {
    const placed = placeInFrame(
      { label: 0, score: 1, box: { x1: -5, y1: -5, x2: 300, y2: 300 } },
      { ...window, x: 0 },
      frame,
    );
    expect(placed.box).toEqual({ x1: 0, y1: 0, x2: 200, y2: 100 });
  });
});
