import sharp from 'sharp';
import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import type { SentLayout } from '#vlm/crop-window.ts';
import type { Size } from '#vlm/smart-resize.ts';

// A white line keeps the halves apart; it covers the golden one, where no box is asked for.
const dividerPx = 2;

/** Draws the image that is sent: the window of the tested part and, where given, of the golden sample beside it. PNG, RGB. */
export async function drawQuestion(tested: Image, golden: Image | null, layout: SentLayout): Promise<Buffer> {
  const { image, panel, window } = layout;
  const panels = [await cutPanel(tested, window, panel)];
  if (golden) panels.push(await cutPanel(golden, clipTo(window, golden), panel));
  const stride = image.widthPx * 3;
  const canvas = Buffer.alloc(stride * image.heightPx);
  panels.forEach((pixels, index) => {
    const width = panel.widthPx * 3;
    for (let row = 0; row < panel.heightPx; row += 1) {
      const to = row * stride + index * width;
      pixels.copy(canvas, to, row * width, (row + 1) * width);
      if (index > 0) canvas.fill(255, to, to + dividerPx * 3);
    }
  });
  const raw = { width: image.widthPx, height: image.heightPx, channels: 3 } as const;
  return sharp(canvas, { raw }).png({ compressionLevel: 3 }).toBuffer();
}

/** A window of an image at the size of a panel: RGB, three bytes a pixel. */
export async function cutPanel(image: Image, window: Box, panel: Size): Promise<Buffer> {
  const { widthPx: width, heightPx: height, channels } = image;
  return sharp(image.data, { raw: { width, height, channels } })
    .extract({ left: window.x1, top: window.y1, width: window.x2 - window.x1, height: window.y2 - window.y1 })
    .resize(panel.widthPx, panel.heightPx, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

/** A golden sample may be a little smaller than the frame. */
export function clipTo(window: Box, { widthPx, heightPx }: Image): Box {
  const x1 = Math.min(window.x1, widthPx - 1);
  const y1 = Math.min(window.y1, heightPx - 1);
  const x2 = Math.max(x1 + 1, Math.min(window.x2, widthPx));
  return { x1, y1, x2, y2: Math.max(y1 + 1, Math.min(window.y2, heightPx)) };
}
