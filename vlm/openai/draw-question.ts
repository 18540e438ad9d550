import sharp from 'sharp';
import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import type { SentLayout } from '#vlm/crop-window.ts';
import type { Size } from '#vlm/smart-resize.ts';

const dividerPx = 2;

/** Draws the image that is sent: the window of the tested part and, where given, of the golden sample beside it. PNG, RGB. */
export async function drawQuestion(tested: Image, golden: Image | null, layout: SentLayout): Promise<Buffer> {
  const { image, panel, window } = layout;
  const background = { r: 255, g: 255, b: 255 };
  const layers = [{ input: await cutPanel(tested, window, panel), left: 0, top: 0 }];
  if (golden) {
    const input = await cutPanel(golden, clipTo(window, golden), panel);
    // A white line keeps the halves apart; it covers the golden one, where no box is asked for.
    const line = await solid({ widthPx: dividerPx, heightPx: panel.heightPx });
    layers.push({ input, left: panel.widthPx, top: 0 }, { input: line, left: panel.widthPx, top: 0 });
  }
  return sharp({ create: { width: image.widthPx, height: image.heightPx, channels: 3, background } })
    .composite(layers)
    .png({ compressionLevel: 3 })
    .toBuffer();
}

function cutPanel(image: Image, window: Box, panel: Size): Promise<Buffer> {
  const { widthPx: width, heightPx: height, channels } = image;
  return sharp(image.data, { raw: { width, height, channels } })
    .extract({ left: window.x1, top: window.y1, width: window.x2 - window.x1, height: window.y2 - window.y1 })
    .resize(panel.widthPx, panel.heightPx, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('srgb')
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** A golden sample may be a little smaller than the frame. */
function clipTo(window: Box, { widthPx, heightPx }: Image): Box {
  const x1 = Math.min(window.x1, widthPx - 1);
  const y1 = Math.min(window.y1, heightPx - 1);
  return {
    x1,
    y1,
    x2: Math.max(x1 + 1, Math.min(window.x2, widthPx)),
    y2: Math.max(y1 + 1, Math.min(window.y2, heightPx)),
  };
}

function solid({ widthPx: width, heightPx: height }: Size): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 255, g: 255, b: 255 } } })
    .png()
    .toBuffer();
}
