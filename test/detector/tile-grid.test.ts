import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelTile } from '#detector/model-manifest.ts';
import { tileGrid, tileStarts } from '#detector/tile-grid.ts';

const tile: ModelTile = { sidePx: 128, overlapPx: 48, regionPx: 64, sideMultiple: 32 };

describe('the tiles of a frame', () => {
  it.each([
    { name: 'one pixel', widthPx: 1, heightPx: 1, count: 1, widthOfOne: 32 },
    { name: 'a line of 30,000 pixels', widthPx: 30_000, heightPx: 2, count: 375, widthOfOne: 128 },
    { name: 'exactly a tile', widthPx: 128, heightPx: 128, count: 1, widthOfOne: 128 },
    { name: 'one pixel more than a tile', widthPx: 129, heightPx: 128, count: 2, widthOfOne: 128 },
    { name: 'less than a tile', widthPx: 100, heightPx: 40, count: 1, widthOfOne: 128 },
  ])('cover $name', ({ widthPx, heightPx, count, widthOfOne }) => {
    const windows = tileGrid(widthPx, heightPx, tile);
    expect(windows).toHaveLength(count);
    expect(windows[0]?.widthPx).toBe(widthOfOne);
  });

  it('reach from edge to edge and overlap by at least what the model asks for', () => {
    const lengths = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(lengths, (length) => {
        const starts = tileStarts(length, tile.sidePx, tile.overlapPx);
        expect(starts[0]).toBe(0);
        for (let at = 1; at < starts.length; at += 1) {
          const step = (starts[at] ?? 0) - (starts[at - 1] ?? 0);
          expect(step).toBeGreaterThan(0);
          expect(step).toBeLessThanOrEqual(tile.sidePx - tile.overlapPx);
        }
        expect(starts.at(-1)).toBe(Math.max(0, length - tile.sidePx));
      }),
    );
  });
});
