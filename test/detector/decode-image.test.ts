import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { drawGrey } from '../support/drawn-image.ts';

const grey = drawGrey(40, 30, (x, y) => (x * 5 + y) % 256);
const fromGrey = () => sharp(grey.data, { raw: { width: 40, height: 30, channels: 1 } }).toColourspace('b-w');
const fromColor = (channels: 3 | 4, level = 90, alpha = 1) =>
  sharp({ create: { width: 20, height: 10, channels, background: { r: level, g: 20, b: 30, alpha } } });

describe('decoding a frame', () => {
  it.each([
    { name: 'a grey PNG', bytes: () => fromGrey().png().toBuffer(), channels: 1, widthPx: 40 },
    { name: 'a grey JPEG', bytes: () => fromGrey().jpeg().toBuffer(), channels: 1, widthPx: 40 },
    { name: 'a color JPEG', bytes: () => fromColor(3).jpeg().toBuffer(), channels: 3, widthPx: 20 },
    {
      name: 'a color PNG whose alpha hides nothing',
      bytes: () => fromColor(4).png().toBuffer(),
      channels: 3,
      widthPx: 20,
    },
    {
      name: 'a PNG with a palette',
      bytes: () => fromColor(3).png({ palette: true }).toBuffer(),
      channels: 3,
      widthPx: 20,
    },
    { name: 'one pixel', bytes: () => fromGrey().resize(1, 1).png().toBuffer(), channels: 1, widthPx: 1 },
    {
      name: '30,000 x 2 pixels',
      bytes: () => fromGrey().resize(30_000, 2, { fit: 'fill' }).png().toBuffer(),
      channels: 1,
      widthPx: 30_000,
    },
    { name: 'a TIFF', bytes: () => fromGrey().tiff().toBuffer(), channels: 1, widthPx: 40 },
  ])('takes $name', async ({ bytes, channels, widthPx }) => {
    const image = await decodeImage(await bytes());
    expect(image).toMatchObject({ channels, widthPx });
    expect(image.data).toHaveLength(image.widthPx * image.heightPx * image.channels);
  });

  it('gives the pixels that went in', async () => {
    expect((await decodeImage(await fromGrey().png().toBuffer())).data).toEqual(grey.data);
  });

  const cut = async () => (await fromColor(3).resize(400, 400).jpeg().toBuffer()).subarray(0, 900);
  it.each([
    { name: 'no bytes', bytes: async () => Buffer.alloc(0), code: 'FRAME_UNREADABLE' },
    {
      name: 'bytes that are no image',
      bytes: async () => Buffer.from('not an image at all'),
      code: 'FRAME_UNREADABLE',
    },
    { name: 'a JPEG that breaks off', bytes: cut, code: 'FRAME_UNREADABLE' },
    {
      name: 'a PNG that breaks off',
      bytes: async () => (await fromGrey().png().toBuffer()).subarray(0, 200),
      code: 'FRAME_UNREADABLE',
    },
    {
      name: '16 bits a sample',
      bytes: () => fromGrey().toColourspace('grey16').png().toBuffer(),
      code: 'FRAME_UNSUPPORTED',
    },
    { name: 'CMYK', bytes: () => fromColor(3).toColourspace('cmyk').jpeg().toBuffer(), code: 'FRAME_UNSUPPORTED' },
    { name: 'transparent pixels', bytes: () => fromColor(4, 90, 0.5).png().toBuffer(), code: 'FRAME_UNSUPPORTED' },
    {
      name: 'an EXIF turn',
      bytes: () => fromColor(3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      code: 'FRAME_UNSUPPORTED',
    },
    { name: 'a GIF', bytes: () => fromColor(3).gif().toBuffer(), code: 'FRAME_UNSUPPORTED' },
  ])('refuses $name', async ({ bytes, code }) => {
    await expect(decodeImage(await bytes(), 'frame 7')).rejects.toMatchObject({ code, place: 'frame 7' });
  });
});
