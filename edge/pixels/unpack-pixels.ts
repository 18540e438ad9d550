import type { Image } from '#detector/image.ts';
import { demosaic, type BayerFormat } from '#edge/pixels/demosaic.ts';
import type { RawFormat } from '#edge/pixels/pixel-format.ts';

/** A raw image as a camera gives it. */
export interface RawImage {
  readonly format: RawFormat;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Bits of a Mono16 sample that the sensor fills, 9 to 16: the upper eight of them are kept. */
  readonly significantBits: number;
  /** As many bytes as `rawBytes` says. */
  readonly bytes: Uint8Array;
}

/** 8-bit grey or RGB of a raw image. Shares the bytes where nothing has to be changed. */
export function unpackPixels({ format, widthPx, heightPx, significantBits, bytes }: RawImage): Image {
  switch (format) {
    case 'Mono8':
      return { widthPx, heightPx, channels: 1, data: bytes };
    case 'Mono16':
      return { widthPx, heightPx, channels: 1, data: upperBits(bytes, significantBits) };
    case 'RGB8':
      return { widthPx, heightPx, channels: 3, data: bytes };
    case 'BGR8':
      return { widthPx, heightPx, channels: 3, data: swapRedAndBlue(bytes) };
    case 'BayerRG8':
    case 'BayerGR8':
    case 'BayerGB8':
    case 'BayerBG8':
      return { widthPx, heightPx, channels: 3, data: demosaic(bytes, widthPx, heightPx, format satisfies BayerFormat) };
  }
}

function upperBits(bytes: Uint8Array, significantBits: number): Uint8Array {
  const out = new Uint8Array(bytes.length / 2);
  const shift = significantBits - 8;
  for (let at = 0; at < out.length; at += 1) {
    const sample = (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8);
    // A sample above the stated bits is as bright as can be, and must not wrap round to dark.
    out[at] = Math.min(255, sample >> shift);
  }
  return out;
}

function swapRedAndBlue(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < out.length; at += 3) {
    out[at] = bytes[at + 2] ?? 0;
    out[at + 1] = bytes[at + 1] ?? 0;
    out[at + 2] = bytes[at] ?? 0;
  }
  return out;
}
