import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { sumGrey, type GreySums } from '#edge/validity/grey-sums.ts';

const folder = new URL('../../edge/validity/', import.meta.url);

test('grey-sums.wasm is grey-sums.wat assembled', async () => {
  const { parseWat } = await wabt();
  const text = readFileSync(new URL('grey-sums.wat', folder), 'utf8');
  const { buffer } = parseWat('grey-sums.wat', text).toBinary({});
  expect(Buffer.from(buffer).equals(readFileSync(new URL('grey-sums.wasm', folder)))).toBe(true);
});

/** The same, pixel by pixel. */
function sumSlowly(grey: Uint8Array, widthPx: number): GreySums {
  const [levels, edges] = [sumOf([...grey]), [] as number[]];
  for (let at = widthPx; at < grey.length - widthPx; at += 1) {
    const x = at % widthPx;
    if (x === 0 || x === widthPx - 1) continue;
    const level = (offset: number): number => grey[at + offset] ?? 0;
    edges.push(level(-1) + level(1) + level(-widthPx) + level(widthPx) - 4 * level(0));
  }
  return { levels, edges: sumOf(edges) };
}

function sumOf(values: readonly number[]): GreySums['levels'] {
  const squares = values.reduce((total, value) => total + value * value, 0);
  return { sum: values.reduce((total, value) => total + value, 0), squares, count: values.length };
}

const sizes = fc.record({ widthPx: fc.integer({ min: 1, max: 80 }), rows: fc.integer({ min: 0, max: 12 }) });

test('sums are those of the pixels, whatever the size', () => {
  const images = sizes.chain(({ widthPx, rows }) => {
    const length = widthPx * rows;
    return fc.record({ widthPx: fc.constant(widthPx), grey: fc.uint8Array({ minLength: length, maxLength: length }) });
  });
  fc.assert(
    fc.property(images, ({ widthPx, grey }) => {
      expect(sumGrey(grey, widthPx)).toEqual(sumSlowly(grey, widthPx));
    }),
  );
});

test.each([
  ['as many rows as make several bands', 640, 500],
  ['rows of several stretches', 5000, 70],
  ['rows longer than a band', 150_000, 3],
])('sums do not run over in %s of the sharpest edges there are', (_name, widthPx, rows) => {
  const grey = Uint8Array.from({ length: widthPx * rows }, (_, at) => {
    return ((at % widthPx) + Math.floor(at / widthPx)) % 2 === 0 ? 255 : 0;
  });
  expect(sumGrey(grey, widthPx)).toEqual(sumSlowly(grey, widthPx));
});
