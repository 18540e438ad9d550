import { describe, expect, it } from 'vitest';
import type { HeadInput, HeadTensor, TileDetection } from '#detector/head-output.ts';
import { readCentreHead } from '#detector/read-centre-head.ts';
import { readDetrHead } from '#detector/read-detr-head.ts';
import { readYoloHead } from '#detector/read-yolo-head.ts';

/** What a head is asked to say: on tile 0 nothing, on tile 1 these. Boxes in px of a tile of 64 x 32. */
interface Wanted {
  readonly label: number;
  readonly score: number;
  readonly box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

const tile = { tileWidthPx: 64, tileHeightPx: 32 };
const input = (index: number, scoreFrom = 0.25): HeadInput => ({ index, ...tile, labelCount: 2, scoreFrom });

/** Each head's own layout, written out by hand for the same two detections. */
const heads: readonly {
  readonly name: string;
  readonly read: (wanted: readonly Wanted[], ask: HeadInput) => TileDetection[];
}[] = [
  {
    name: 'centre',
    read(wanted, ask) {
      const cells = 16 * 8;
      const heat: HeadTensor = { dims: [2, 2, 8, 16], data: new Float32Array(2 * 2 * cells) };
      const box: HeadTensor = { dims: [2, 4, 8, 16], data: new Float32Array(2 * 4 * cells) };
      for (const { label, score, box: b } of wanted) {
        const column = Math.floor((b.x1 + b.x2) / 2 / 4);
        const row = Math.floor((b.y1 + b.y2) / 2 / 4);
        const cell = row * 16 + column;
        const x = (column + 0.5) * 4;
        const y = (row + 0.5) * 4;
        heat.data[2 * cells + label * cells + cell] = score;
        for (const [side, distance] of [x - b.x1, y - b.y1, b.x2 - x, b.y2 - y].entries())
          box.data[4 * cells + side * cells + cell] = distance;
      }
      return readCentreHead(heat, box, ask);
    },
  },
  {
    name: 'yolo',
    read(wanted, ask) {
      const anchors = 21;
      const predictions: HeadTensor = { dims: [2, 6, anchors], data: new Float32Array(2 * 6 * anchors) };
      for (const [index, { label, score, box: b }] of wanted.entries()) {
        const rows = [(b.x1 + b.x2) / 2, (b.y1 + b.y2) / 2, b.x2 - b.x1, b.y2 - b.y1, 0.01, 0.02];
        rows[4 + label] = score;
        for (const [row, value] of rows.entries()) predictions.data[(6 + row) * anchors + index * 3 + 1] = value;
      }
      return readYoloHead(predictions, ask);
    },
  },
  ...[2, 3].map((columns) => ({
    name: columns === 2 ? 'detr' : 'detr with a column for "no object"',
    read(wanted: readonly Wanted[], ask: HeadInput) {
      const queries = 5;
      const boxes: HeadTensor = { dims: [2, queries, 4], data: new Float32Array(2 * queries * 4) };
      const logits: HeadTensor = {
        dims: [2, queries, columns],
        data: new Float32Array(2 * queries * columns).fill(-9),
      };
      for (const [index, { label, score, box: b }] of wanted.entries()) {
        const query = queries + index * 2;
        boxes.data.set(
          [(b.x1 + b.x2) / 2 / 64, (b.y1 + b.y2) / 2 / 32, (b.x2 - b.x1) / 64, (b.y2 - b.y1) / 32],
          query * 4,
        );
        logits.data[query * columns + label] = Math.log(score / (1 - score));
        if (columns === 3) logits.data[query * columns + 2] = 5;
      }
      return readDetrHead(boxes, logits, ask);
    },
  })),
];

const wanted: readonly Wanted[] = [
  { label: 0, score: 0.75, box: { x1: 4, y1: 2, x2: 16, y2: 10 } },
  { label: 1, score: 0.5, box: { x1: 30, y1: 12, x2: 50, y2: 28 } },
];

describe.each(heads)('the $name head', ({ read }) => {
  it('gives label, score and box of each detection', () => {
    const found = read(wanted, input(1)).sort((a, b) => b.score - a.score);
    expect(found).toHaveLength(2);
    for (const [index, want] of wanted.entries()) {
      expect(found[index]?.label).toBe(want.label);
      expect(found[index]?.score).toBeCloseTo(want.score, 5);
      for (const side of ['x1', 'y1', 'x2', 'y2'] as const)
        expect(found[index]?.box[side]).toBeCloseTo(want.box[side], 4);
    }
  });

  it('keeps the tiles of a batch apart', () => {
    expect(read(wanted, input(0))).toEqual([]);
  });

  it('tells scores from the given one on', () => {
    expect(read(wanted, input(1, 0.6)).map(({ label }) => label)).toEqual([0]);
    expect(read(wanted, input(1, 0.99))).toEqual([]);
  });
});
