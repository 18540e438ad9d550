import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Image } from '#detector/image.ts';
import { drawChannels } from '#vlm/openai/draw-channels.ts';

const layout = {
  window: { x1: 0, y1: 0, x2: 112, y2: 112 },
  panel: { widthPx: 112, heightPx: 112 },
  image: { widthPx: 112, heightPx: 112 },
};

function plain(grey: number): Image {
  return { widthPx: 112, heightPx: 112, channels: 1, data: new Uint8Array(112 * 112).fill(grey) };
}

async function pixels(png: Buffer) {
  const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number) => [...data.subarray((y * 112 + x) * 3, (y * 112 + x) * 3 + 3)];
}

describe('a question drawn in channels', () => {
  it('has the golden sample in red, the tested part in green and the ruler in blue', async () => {
    const at = await pixels(await drawChannels(plain(40), plain(200), layout));
    expect(at(0, 0)).toEqual([200, 40, 0]);
    expect(at(111, 0)).toEqual([200, 40, 255]);
    expect(at(111, 1)).toEqual([200, 40, 2]);
    expect(at(0, 111)).toEqual([200, 40, 255]);
  });

  it('keeps red and green of a part without a golden sample', async () => {
    const png = await sharp({ create: { width: 112, height: 112, channels: 3, background: '#204060' } })
      .png()
      .toBuffer();
    const at = await pixels(await drawChannels(await decodeImage(png, 'test'), null, layout));
    expect(at(0, 0)).toEqual([0x20, 0x40, 0]);
  });
});
