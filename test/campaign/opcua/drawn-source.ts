import sharp from 'sharp';
import { seededRandom } from '#detector/seeded-random.ts';
import type { GoldenSample, PartSource, ShownView } from '#line/part-source.ts';

/** Products of the campaign; every lot is of the next one. */
const products = ['plate-a', 'plate-b', 'plate-c'] as const;
const views = [
  { viewId: 'top', encoding: 'png' },
  { viewId: 'bottom', encoding: 'jpeg' },
] as const;
const lotSize = 8;
const sidePx = 128;
const blotPx = 16;

/** Small plates of two views, every third with a bright blot: drawn in a moment, so that the way of the frames is what is tried. */
export function createDrawnSource(seed: number): PartSource {
  return {
    count: Number.POSITIVE_INFINITY,
    part: async (number) => {
      const lot = Math.floor(number / lotSize);
      const productId = products[lot % products.length] ?? 'plate-a';
      const defective = number % 3 === 2;
      const box = { x1: 40, y1: 40, x2: 40 + blotPx, y2: 40 + blotPx };
      return {
        serial: `C-${seed}-${String(number).padStart(5, '0')}`,
        attempt: 1,
        lot: `L-${lot}`,
        productId,
        recipeId: 'campaign',
        views: await Promise.all(
          views.map(({ viewId, encoding }) => draw(productId, { viewId, encoding, number, blot: defective })),
        ),
        truth: {
          defective,
          defects: defective ? views.map(({ viewId }) => ({ viewId, label: 'bright', box })) : [],
          known: true,
        },
      };
    },
    challenge: () => Promise.resolve(null),
    goldens,
  };
}

async function* goldens(): AsyncGenerator<GoldenSample> {
  for (const productId of products) {
    for (const { viewId } of views) {
      const { bytes } = await draw(productId, { viewId, encoding: 'png', number: null, blot: false });
      yield { productId, viewId, png: bytes };
    }
  }
}

interface Drawn {
  readonly viewId: string;
  readonly encoding: 'png' | 'jpeg';
  /** Number of the part; null for the golden sample, which has no noise. */
  readonly number: number | null;
  readonly blot: boolean;
}

/** Rectangles that the product and the view fix, and noise that the part fixes. */
async function draw(productId: string, { viewId, encoding, number, blot }: Drawn): Promise<ShownView> {
  const pixels = new Uint8Array(sidePx * sidePx).fill(70);
  const artwork = seededRandom(textSeed(`${productId}/${viewId}`));
  const whole = (random: () => number, below: number): number => Math.floor(random() * below);
  for (let count = 0; count < 14; count += 1) {
    const [x, y, width, height] = [sidePx, sidePx, 36, 36].map((below) => whole(artwork, below));
    fill(pixels, { x, y, width: (width ?? 0) + 6, height: (height ?? 0) + 6 }, 60 + whole(artwork, 120));
  }
  if (number !== null) {
    const noise = seededRandom(textSeed(`${productId}/${viewId}/${number}`));
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = (pixels[at] ?? 0) + whole(noise, 5);
  }
  if (blot) fill(pixels, { x: 40, y: 40, width: blotPx, height: blotPx }, 255);
  const picture = sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 1 } }).toColourspace('b-w');
  const bytes = await (encoding === 'png' ? picture.png() : picture.jpeg({ quality: 95 })).toBuffer();
  return { viewId, cameraId: `cam-${viewId}`, encoding, widthPx: sidePx, heightPx: sidePx, bytes };
}

interface Rectangle {
  readonly x: number | undefined;
  readonly y: number | undefined;
  readonly width: number;
  readonly height: number;
}

function fill(pixels: Uint8Array, { x = 0, y = 0, width, height }: Rectangle, level: number): void {
  for (let row = y; row < Math.min(sidePx, y + height); row += 1)
    pixels.fill(level, row * sidePx + x, row * sidePx + Math.min(sidePx, x + width));
}

function textSeed(text: string): number {
  return text.split('').reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
}
