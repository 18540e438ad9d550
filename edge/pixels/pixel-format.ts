/**
 * How the bytes of an image are to be read: encoded, or raw by the names of the GenICam Pixel Format Naming Convention.
 * Raw pixels lie row after row without padding; 16-bit samples are little-endian.
 */
export const pixelFormats = [
  'jpeg',
  'png',
  'Mono8',
  'Mono16',
  'RGB8',
  'BGR8',
  'BayerRG8',
  'BayerGR8',
  'BayerGB8',
  'BayerBG8',
] as const;

export type PixelFormat = (typeof pixelFormats)[number];

export type RawFormat = Exclude<PixelFormat, 'jpeg' | 'png'>;

const bytesPerPixel: Readonly<Record<RawFormat, number>> = {
  Mono8: 1,
  Mono16: 2,
  RGB8: 3,
  BGR8: 3,
  BayerRG8: 1,
  BayerGR8: 1,
  BayerGB8: 1,
  BayerBG8: 1,
};

export function isRaw(format: PixelFormat): format is RawFormat {
  return format !== 'jpeg' && format !== 'png';
}

/** Bytes of a raw image of this size. */
export function rawBytes(format: RawFormat, widthPx: number, heightPx: number): number {
  return widthPx * heightPx * bytesPerPixel[format];
}
