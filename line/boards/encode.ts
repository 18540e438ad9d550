import sharp from 'sharp';
import type { Image } from '#detector/image.ts';

/** Encodes an image; one channel stays one channel. */
export function encodeImage(image: Image, encoding: 'png' | 'jpeg'): Promise<Buffer> {
  const { widthPx: width, heightPx: height, channels } = image;
  const raw = sharp(image.data, { raw: { width, height, channels } });
  const pipeline = channels === 1 ? raw.toColourspace('b-w') : raw;
  return (encoding === 'png' ? pipeline.png({ compressionLevel: 6 }) : pipeline.jpeg({ quality: 95 })).toBuffer();
}
