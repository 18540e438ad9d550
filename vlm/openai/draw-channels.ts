import sharp from 'sharp';
import type { Image } from '#detector/image.ts';
import type { SentLayout } from '#vlm/crop-window.ts';
import { clipTo, cutPanel } from '#vlm/openai/draw-question.ts';

/**
 * Draws a question for a small model: the tested part in green; in red the golden sample, or the part's own red; in blue
 * a ruler. What differs from the golden sample is red or green then, and need not be found by comparing two halves; the
 * ruler says where in the image something lies, which the architecture alone tells poorly (CoordConv, arXiv 1807.03247).
 * PNG, RGB. Only a layout of one panel can be drawn so.
 */
export async function drawChannels(tested: Image, golden: Image | null, layout: SentLayout): Promise<Buffer> {
  const { panel, window } = layout;
  const { widthPx: width, heightPx: height } = panel;
  const raw = { width, height, channels: 3 } as const;
  const grey = (pixels: Buffer): Promise<Buffer> => sharp(pixels, { raw }).greyscale().raw().toBuffer();
  const part = await cutPanel(tested, window, panel);
  const good = golden ? await cutPanel(golden, clipTo(window, golden), panel) : null;
  const canvas = Buffer.from(part);
  if (good) {
    const [red, green] = await Promise.all([grey(good), grey(part)]);
    for (let index = 0; index < red.length; index += 1) {
      canvas[index * 3] = red[index] ?? 0;
      canvas[index * 3 + 1] = green[index] ?? 0;
    }
  }
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      // Even rows count columns, odd ones count rows.
      const share = row % 2 === 0 ? column / (width - 1) : row / (height - 1);
      canvas[(row * width + column) * 3 + 2] = Math.round(share * 255);
    }
  }
  return sharp(canvas, { raw }).png({ compressionLevel: 3 }).toBuffer();
}
