import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitPlane, clearBox, countBits, erode2, hasBit } from '#detector/bit-plane.ts';
import { differenceBits } from '#detector/difference-bits.ts';

const size = fc.record({ widthPx: fc.constantFrom(1, 5, 32, 40, 64), heightPx: fc.integer({ min: 1, max: 6 }) });
const pair = size.chain(({ widthPx, heightPx }) => {
  const plane = fc.uint8Array({ minLength: widthPx * heightPx, maxLength: widthPx * heightPx });
  return fc.record({ widthPx: fc.constant(widthPx), heightPx: fc.constant(heightPx), a: plane, b: plane });
});

describe('the difference of two planes', () => {
  it('sets exactly the pixels that differ by more than the level, whatever the width', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 0, max: 127 }), ({ widthPx, heightPx, a, b }, level) => {
        const plane = bitPlane(widthPx, heightPx);
        // planes of decoded images begin anywhere in memory
        const [x, y] = [Uint8Array.from(a), Uint8Array.from(b)];
        differenceBits(x, y, level, plane);
        let count = 0;
        for (let at = 0; at < a.length; at += 1) {
          const differs = Math.abs((a[at] ?? 0) - (b[at] ?? 0)) > level;
          count += Number(differs);
          expect(hasBit(plane, at % widthPx, Math.floor(at / widthPx))).toBe(differs);
        }
        expect(countBits(plane)).toBe(count);
      }),
    );
  });

  it('keeps of it what is at least two pixels thick', () => {
    fc.assert(
      fc.property(pair, ({ widthPx, heightPx, a }) => {
        const plane = bitPlane(widthPx, heightPx);
        const eroded = bitPlane(widthPx, heightPx);
        differenceBits(Uint8Array.from(a), new Uint8Array(a.length), 120, plane);
        erode2(plane, eroded);
        for (let y = 0; y < heightPx; y += 1) {
          for (let x = 0; x < widthPx; x += 1) {
            const square = [
              hasBit(plane, x, y),
              hasBit(plane, x + 1, y),
              hasBit(plane, x, y + 1),
              hasBit(plane, x + 1, y + 1),
            ];
            expect(hasBit(eroded, x, y)).toBe(square.every(Boolean));
          }
        }
      }),
    );
  });

  it('leaves nothing inside a box that is cleared', () => {
    const plane = bitPlane(40, 10);
    differenceBits(new Uint8Array(400).fill(255), new Uint8Array(400), 10, plane);
    clearBox(plane, { x1: 30, y1: 2, x2: 50, y2: 4 });
    expect(countBits(plane)).toBe(400 - 20);
    expect(hasBit(plane, 29, 2)).toBe(true);
    expect(hasBit(plane, 30, 2)).toBe(false);
  });
});
