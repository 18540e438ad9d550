import fc from 'fast-check';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, test } from 'vitest';
import { plainJpegChannels } from '#detector/decode/plain-jpeg.ts';

const color = () => sharp({ create: { width: 20, height: 10, channels: 3, background: { r: 90, g: 20, b: 30 } } });
const grey = () => color().toColourspace('b-w');
const options: readonly JpegOptions[] = [
  { quality: 60 },
  { progressive: true },
  { mozjpeg: true },
  { chromaSubsampling: '4:4:4' },
  { optimiseCoding: false },
];

describe('the head of a JPEG', () => {
  test.each(options)('tells the channels, written with %o', async (how) => {
    expect(plainJpegChannels(await grey().jpeg(how).toBuffer())).toBe(1);
    expect(plainJpegChannels(await color().jpeg(how).toBuffer())).toBe(3);
  });

  test('tells them after a comment and application data, a profile of colors among them', async () => {
    const bytes = await color().withIccProfile('p3').jpeg().toBuffer();
    const comment = Buffer.from([0xff, 0xfe, 0, 4, 0x41, 0x42]);
    expect(plainJpegChannels(Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]))).toBe(3);
  });

  test.each([
    ['of four channels', () => color().toColourspace('cmyk').jpeg().toBuffer()],
    ['with an EXIF', () => color().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['of a PNG', () => color().png().toBuffer()],
    ['that breaks off before the size', async () => (await color().jpeg().toBuffer()).subarray(0, 40)],
  ])('leaves the decoder to say what comes %s', async (_what, bytes) => {
    expect(plainJpegChannels(await bytes())).toBe(null);
  });

  test('with an EXIF after the size is left to the decoder', async () => {
    const bytes = await grey().jpeg().toBuffer();
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const exif = Buffer.from([0xff, 0xe1, 0, 8, ...Buffer.from('Exif\0\0')]);
    expect(plainJpegChannels(Buffer.concat([bytes.subarray(0, scan), exif, bytes.subarray(scan)]))).toBe(null);
  });

  test('of 12 bits is left to the decoder', async () => {
    const bytes = await grey().jpeg().toBuffer();
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
    expect(plainJpegChannels(bytes)).toBe(null);
  });

  test('is read to an end whatever the bytes are', async () => {
    const bytes = await grey().jpeg().toBuffer();
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 });
    fc.assert(
      fc.property(changes, (changed) => {
        const other = Uint8Array.from(bytes);
        for (const [at, value] of changed) other[at] = value;
        expect([1, 3, null]).toContain(plainJpegChannels(other));
      }),
    );
  });
});
