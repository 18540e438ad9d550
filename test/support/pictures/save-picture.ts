import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const bytesAtMost = 140_000;
/** Tried in this order. Fewer colors than these would lose the red of a box on a photograph. */
const tries = [
  { colours: 256, share: 1 },
  { colours: 128, share: 1 },
  { colours: 64, share: 1 },
  { colours: 128, share: 0.75 },
  { colours: 64, share: 0.75 },
  { colours: 64, share: 0.5 },
] as const;

/** Writes a picture of `widthPx` as PNG with as many colors of a palette as keep it small, else smaller; answers its bytes. */
export async function savePicture(picture: Uint8Array, widthPx: number, path: string): Promise<number> {
  for (const { colours, share } of tries) {
    const scaled = sharp(picture).resize({ width: Math.round(widthPx * share) });
    // Without dithering: it would draw a pattern on even ground, and costs bytes.
    const png = await scaled.png({ palette: true, colours, dither: 0, effort: 10, compressionLevel: 9 }).toBuffer();
    if (png.byteLength > bytesAtMost && share > 0.5) continue;
    await writeFile(path, png);
    return png.byteLength;
  }
  return 0;
}
