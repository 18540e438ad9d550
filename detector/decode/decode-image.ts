import sharp, { type Metadata, type Sharp } from 'sharp';
import { plainJpegChannels } from '#detector/decode/plain-jpeg.ts';
import type { Image } from '#detector/image.ts';
import { FaultError, type FaultCode } from '#host/fault.ts';

const formats = new Set(['jpeg', 'png', 'webp', 'tiff']);
const maxPixels = 256_000_000;

/**
 * Decodes an encoded frame (JPEG, PNG, WebP, TIFF) to 8-bit grey or RGB, as stored: no color management, no turning.
 * FRAME_UNREADABLE where no decoder reads it to its end; FRAME_UNSUPPORTED where the pixels would need a guess:
 * more than 8 bits, CMYK, transparency, an EXIF turn, several pages, another format.
 */
export async function decodeImage(bytes: Uint8Array, place = 'frame'): Promise<Image> {
  if (bytes.length === 0) throw fault('FRAME_UNREADABLE', 'the image has no bytes', place);
  const source = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, ignoreIcc: true, sequentialRead: true });
  try {
    // sharp would make three equal channels of one
    if (await isGrey(source, bytes, place)) source.toColourspace('b-w');
    const { data, info } = await source.raw().toBuffer({ resolveWithObject: true });
    return samples(
      new Uint8Array(data.buffer, data.byteOffset, data.length),
      { widthPx: info.width, heightPx: info.height, channels: info.channels },
      place,
    );
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw fault('FRAME_UNREADABLE', 'no decoder reads the image', place, error);
  }
}

/** Most cameras send plain JPEG, of which the head tells as much: asking the decoder first costs each part a millisecond. */
async function isGrey(source: Sharp, bytes: Uint8Array, place: string): Promise<boolean> {
  const channels = plainJpegChannels(bytes);
  if (channels !== null) return channels === 1;
  const metadata = await source.metadata();
  const unsupported = whyUnsupported(metadata);
  if (unsupported) throw fault('FRAME_UNSUPPORTED', unsupported, place);
  return metadata.space === 'b-w';
}

function whyUnsupported(metadata: Metadata): string | null {
  if (!formats.has(metadata.format)) return `the format ${metadata.format} is not a camera format`;
  if (metadata.width * metadata.height > maxPixels) return `the image has more than ${maxPixels} pixels`;
  if ((metadata.pages ?? 1) > 1) return 'the file holds several pages';
  if (metadata.space === 'cmyk') return 'the image has CMYK colors';
  if (metadata.depth !== 'uchar') return `the image has ${metadata.depth} samples instead of 8 bits`;
  if ((metadata.orientation ?? 1) !== 1) return 'an EXIF tag asks to turn the image';
  return null;
}

interface Shape {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: number;
}

function samples(data: Uint8Array, shape: Shape, place: string): Image {
  const { widthPx, heightPx, channels } = shape;
  if (channels === 1 || channels === 3) return { widthPx, heightPx, channels, data };
  const kept = channels === 2 ? 1 : 3;
  const out = new Uint8Array(widthPx * heightPx * kept);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    if (data[from + kept] !== 255) throw fault('FRAME_UNSUPPORTED', 'the image has transparent pixels', place);
    for (let channel = 0; channel < kept; channel += 1, to += 1) out[to] = data[from + channel] ?? 0;
  }
  return { widthPx, heightPx, channels: kept, data: out };
}

function fault(code: FaultCode, message: string, place: string, cause?: unknown): FaultError {
  return new FaultError(code, message, {
    place,
    wayOut: 'Store frames as upright 8-bit grey or RGB images in JPEG, PNG, WebP or TIFF.',
    cause,
  });
}
