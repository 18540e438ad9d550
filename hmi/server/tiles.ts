import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import sharp, { type Sharp } from 'sharp';
import type { ImageTrouble } from '#hmi/server/edge-nodes.ts';
import { keepLast } from '#hmi/server/keep-last.ts';
import type { Image } from '#store/evidence/fetch-image.ts';

/** Side of a tile in pixels; those at the right and bottom edge are smaller. */
export const tilePx = 512;

/** Which tile of an image: `shrink` 1 is native pixels, 2 half of each side, and so on in powers of two. */
export interface TilePlace {
  readonly sha256: string;
  readonly shrink: number;
  readonly column: number;
  readonly row: number;
}

/** Why there is no tile. `busy`: too many wait; `outside`: the image does not reach there. */
export type TileTrouble = ImageTrouble | 'busy' | 'outside' | 'too-large' | 'unreadable';

export interface TileOptions {
  /** Decoded pixels kept for the next tiles. */
  readonly bytesAtMost: number;
  /** Images larger than this are not decoded. */
  readonly pixelsAtMost: number;
  /** Images fetched at one time: each is held whole until it is decoded. */
  readonly fetchesAtOnce: number;
  /** Decoded, shrunk or cut at one time, and waiting beyond them for that or for a fetch. */
  readonly atOnce: number;
  readonly waiting: number;
}

/** Fetches the image that a tile is cut from. */
export type FindWhole = () => Promise<Image | ImageTrouble>;

/** Cuts tiles out of images, as PNG. The image is fetched only where its pixels are not at hand. */
export type CutTile = (place: TilePlace, find: FindWhole) => Promise<Uint8Array | TileTrouble>;

interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

type Held = Raster | TileTrouble;

/** Of what a frame of the usual cameras needs: 20 megapixels in color are 60 MB, its smaller levels 20 more. */
export const usualTileLimits = {
  bytesAtMost: 256e6,
  pixelsAtMost: 64e6,
  fetchesAtOnce: 8,
  atOnce: 2,
  waiting: 100,
} as const;

/**
 * Makes tiles on demand. An image is decoded once and kept, with its smaller levels, as long as it is among those used
 * last; a tile is then cut from memory. Lossless, since a crack one pixel wide is what is looked for.
 */
export function createTiles(options: TileOptions): CutTile {
  // Two limits: an edge node may keep silent for seconds, and what is at hand is cut meanwhile.
  const fetching = bulkhead(options.fetchesAtOnce, options.waiting);
  const work = bulkhead(options.atOnce, options.waiting);
  // What cannot be had now may be had later.
  const levels = keepLast<Held>({
    bytesAtMost: options.bytesAtMost,
    bytesOf: (held) => (typeof held === 'string' ? null : held.data.length),
  });
  const native = (sha256: string, find: FindWhole): Promise<Raster | TileTrouble> =>
    levels(sha256, () =>
      fetching.execute(async () => {
        const image = await find();
        return typeof image === 'string' ? image : work.execute(() => decode(image.bytes, options.pixelsAtMost));
      }),
    );
  const level = ({ sha256, shrink }: TilePlace, find: FindWhole): Promise<Raster | TileTrouble> =>
    levels(`${sha256}/${shrink}`, async () => {
      const whole = await native(sha256, find);
      return typeof whole === 'string' ? whole : work.execute(() => shrunk(whole, shrink));
    });
  return async (place, find) => {
    const { sha256, shrink, column, row } = place;
    try {
      const raster = await (shrink === 1 ? native(sha256, find) : level(place, find));
      if (typeof raster === 'string') return raster;
      return await work.execute(() => cut(raster, column * tilePx, row * tilePx));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return 'busy';
      throw error;
    }
  };
}

async function decode(bytes: Uint8Array, limitInputPixels: number): Promise<Raster | TileTrouble> {
  try {
    const { width, height, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > limitInputPixels) return 'too-large';
    const source = sharp(bytes, { limitInputPixels, ignoreIcc: true, sequentialRead: true });
    // Three equal channels would be made of one.
    return await rasterOf(space === 'b-w' ? source.toColourspace('b-w') : source);
  } catch {
    return 'unreadable'; // an outcome: the page says that the frame cannot be shown
  }
}

function shrunk({ data, width, height, channels }: Raster, shrink: number): Promise<Raster> {
  const size = { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) };
  return rasterOf(sharp(data, { raw: { width, height, channels } }).resize({ ...size, fit: 'fill' }));
}

async function rasterOf(source: Sharp): Promise<Raster> {
  const { data, info } = await source.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as Raster['channels'] };
}

async function cut(raster: Raster, left: number, top: number): Promise<Uint8Array | 'outside'> {
  const { data, width, height, channels } = raster;
  if (left >= width || top >= height) return 'outside';
  const size = { width: Math.min(tilePx, width - left), height: Math.min(tilePx, height - top) };
  return sharp(data, { raw: { width, height, channels } })
    .extract({ left, top, ...size })
    .png({ compressionLevel: 3 })
    .toBuffer();
}
