import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createTiles, tilePx, usualTileLimits, type TileOptions } from '#hmi/server/tiles.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import { drawGrey, encodePng } from '../support/drawn-image.ts';

const [widthPx, heightPx] = [1200, 700];
const level = (x: number, y: number): number => (x * 7 + y * 13) % 251;
const frame = await encodePng(drawGrey(widthPx, heightPx, level));

/** Tiles of one frame, with a count of how often it was fetched. */
function tilesOf(bytes: Uint8Array, changes: Partial<TileOptions> = {}) {
  const cut = createTiles({ ...usualTileLimits, ...changes });
  let fetched = 0;
  const find = async (): Promise<Image> => {
    fetched += 1;
    return { mediaType: 'image/png', bytes };
  };
  const at = (shrink: number, column: number, row: number, sha256 = 'a') => cut({ sha256, shrink, column, row }, find);
  return { at, fetched: () => fetched };
}

async function pixels(tile: Uint8Array | string) {
  if (typeof tile === 'string') throw new Error(tile);
  const { data, info } = await sharp(tile).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('tiles of a frame', () => {
  it.each([
    { column: 0, row: 0, width: tilePx, height: tilePx },
    { column: 1, row: 0, width: tilePx, height: tilePx },
    { column: 2, row: 1, width: widthPx - 2 * tilePx, height: heightPx - tilePx },
  ])('have every pixel of the frame: tile $column, $row', async ({ column, row, width, height }) => {
    const tile = await pixels(await tilesOf(frame).at(1, column, row));
    expect(tile).toMatchObject({ width, height });
    for (const [x, y] of [
      [0, 0],
      [width - 1, 0],
      [3, height - 1],
    ] as const) {
      expect(tile.data[y * width + x]).toBe(level(column * tilePx + x, row * tilePx + y));
    }
  });

  it('show the whole frame in one where it is shrunk enough', async () => {
    const { at } = tilesOf(frame);
    expect(await pixels(await at(4, 0, 0))).toMatchObject({ width: 300, height: 175 });
    expect(await at(4, 1, 0)).toBe('outside');
  });

  it('are cut from pixels at hand: the frame is fetched once, whoever asks at the same time', async () => {
    const { at, fetched } = tilesOf(frame);
    await Promise.all([at(1, 0, 0), at(1, 1, 0), at(2, 0, 0), at(4, 0, 0)]);
    await at(1, 2, 1);
    expect(fetched()).toBe(1);
  });

  it('forget the frame used longest ago when there is no room', async () => {
    const { at, fetched } = tilesOf(frame, { bytesAtMost: 2 * widthPx * heightPx });
    for (const sha256 of ['a', 'b', 'a', 'c', 'a']) await at(1, 0, 0, sha256);
    expect(fetched()).toBe(3);
    await at(1, 0, 0, 'b');
    expect(fetched()).toBe(4);
  });

  it('turn away who asks for too many at once, and go on', async () => {
    const { at } = tilesOf(frame, { atOnce: 1, waiting: 1 });
    const answers = await Promise.all([at(1, 0, 0), at(1, 1, 0), at(1, 2, 0)]);
    expect(answers.filter((answer) => answer === 'busy')).toHaveLength(1);
    expect(typeof (await at(1, 2, 0))).toBe('object');
  });

  it('of a frame at hand wait for no frame of another that comes slowly', async () => {
    const cut = createTiles({ ...usualTileLimits, fetchesAtOnce: 2, atOnce: 1 });
    const { promise: silence, resolve: answer } = Promise.withResolvers<'unreachable'>();
    const at = (sha256: string, find: () => Promise<Image | 'unreachable'>) =>
      cut({ sha256, shrink: 1, column: 0, row: 0 }, find);
    const found = async (): Promise<Image> => ({ mediaType: 'image/png', bytes: frame });
    await at('at-hand', found);
    const slow = ['b', 'c'].map((sha256) => at(sha256, () => silence));
    const tile = at('at-hand', found);
    const third = at('d', found);
    expect(typeof (await Promise.race([tile, sleep(5000, 'still waiting')]))).toBe('object');
    expect(await Promise.race([third, sleep(50, 'still waiting')]), 'two are fetched at a time').toBe('still waiting');
    answer('unreachable');
    expect(await Promise.all(slow)).toEqual(['unreachable', 'unreachable']);
    expect(typeof (await third)).toBe('object');
  });

  it('are not made of an image that is too large or that no decoder reads', async () => {
    expect(await tilesOf(frame, { pixelsAtMost: 1000 }).at(1, 0, 0)).toBe('too-large');
    expect(await tilesOf(Buffer.from('no image')).at(1, 0, 0)).toBe('unreadable');
  });

  it('say why there is no frame, and ask again the next time', async () => {
    const cut = createTiles(usualTileLimits);
    const place = { sha256: 'a', shrink: 1, column: 0, row: 0 };
    expect(await cut(place, async () => 'unreachable')).toBe('unreachable');
    const found = await cut(place, async () => ({ mediaType: 'image/png', bytes: frame }));
    expect(typeof found).toBe('object');
  });

  it('come of a frame of 20 megapixels in color', async () => {
    const [width, height] = [5472, 3648];
    const large = await sharp({ create: { width, height, channels: 3, background: 'grey' } })
      .jpeg()
      .toBuffer();
    const { at } = tilesOf(large);
    expect(await pixels(await at(16, 0, 0))).toMatchObject({ width: 342, height: 228 });
    expect(await pixels(await at(1, 10, 7))).toMatchObject({ width: width - 10 * tilePx, height: height - 7 * tilePx });
    expect(await at(1, 11, 0)).toBe('outside');
  });
});
