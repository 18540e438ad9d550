import { describe, expect, it } from 'vitest';
import { demosaic, type BayerFormat } from '#edge/pixels/demosaic.ts';
import { rawBytes } from '#edge/pixels/pixel-format.ts';
import { unpackPixels, type RawImage } from '#edge/pixels/unpack-pixels.ts';

const size = { widthPx: 2, heightPx: 1, significantBits: 8 };

describe('raw pixels become grey or RGB', () => {
  it.each<[string, Omit<RawImage, 'widthPx' | 'heightPx'>, 1 | 3, readonly number[]]>([
    ['Mono8 as it is', { ...size, format: 'Mono8', bytes: Uint8Array.of(7, 200) }, 1, [7, 200]],
    ['RGB8 as it is', { ...size, format: 'RGB8', bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 3, [1, 2, 3, 4, 5, 6]],
    ['BGR8 turned', { ...size, format: 'BGR8', bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 3, [3, 2, 1, 6, 5, 4]],
    [
      'the upper eight of twelve bits',
      { ...size, format: 'Mono16', significantBits: 12, bytes: Uint8Array.of(0xff, 0x0f, 0x00, 0x08) },
      1,
      [255, 128],
    ],
    [
      'a sample above its bits as the brightest',
      { ...size, format: 'Mono16', significantBits: 12, bytes: Uint8Array.of(0x00, 0x10, 0x0f, 0x00) },
      1,
      [255, 0],
    ],
  ])('%s', (_, raw, channels, expected) => {
    expect(unpackPixels({ ...size, ...raw })).toEqual({
      widthPx: 2,
      heightPx: 1,
      channels,
      data: Uint8Array.from(expected),
    });
  });

  it('knows how many bytes an image has', () => {
    expect(rawBytes('Mono8', 4, 3)).toBe(12);
    expect(rawBytes('Mono16', 4, 3)).toBe(24);
    expect(rawBytes('BGR8', 4, 3)).toBe(36);
    expect(rawBytes('BayerGB8', 4, 3)).toBe(12);
  });
});

describe('a Bayer mosaic', () => {
  const [width, height] = [6, 4];
  const color = [200, 100, 50] as const;
  // Which color each pixel of the pattern sees: rows of 2.
  const patterns: Readonly<Record<BayerFormat, readonly (0 | 1 | 2)[]>> = {
    BayerRG8: [0, 1, 1, 2],
    BayerGR8: [1, 0, 2, 1],
    BayerGB8: [1, 2, 0, 1],
    BayerBG8: [2, 1, 1, 0],
  };
  const mosaicOf = (format: BayerFormat): Uint8Array =>
    Uint8Array.from({ length: width * height }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return color[patterns[format][(y % 2) * 2 + (x % 2)] ?? 0];
    });

  it.each(Object.keys(patterns) as BayerFormat[])('of one color comes back in that color: %s', (format) => {
    const rgb = demosaic(mosaicOf(format), width, height, format);
    for (let at = 0; at < rgb.length; at += 3) expect([...rgb.subarray(at, at + 3)]).toEqual([...color]);
  });

  it('fills in the mean of the nearest pixels that have the color', () => {
    // R G R      10  20  30
    // G B G      40  50  60
    // R G R      70  80  90
    const rgb = demosaic(Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90), 3, 3, 'BayerRG8');
    expect([...rgb.subarray(12, 15)]).toEqual([(10 + 30 + 70 + 90) / 4, (20 + 40 + 60 + 80) / 4, 50]);
    expect([...rgb.subarray(3, 6)]).toEqual([20, 20, 50]);
  });
});
