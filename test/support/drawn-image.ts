import sharp from 'sharp';
import type { Image } from '#detector/image.ts';

/** A grey image whose pixel at (x, y) is `level(x, y)`. */
export function drawGrey(widthPx: number, heightPx: number, level: (x: number, y: number) => number): Image {
  const data = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) for (let x = 0; x < widthPx; x += 1) data[y * widthPx + x] = level(x, y);
  return { widthPx, heightPx, channels: 1, data };
}

/** The PNG of an image. */
export function encodePng({ data, widthPx: width, heightPx: height, channels }: Image): Promise<Buffer> {
  const raw = sharp(data, { raw: { width, height, channels } });
  return (channels === 1 ? raw.toColourspace('b-w') : raw).png().toBuffer();
}
