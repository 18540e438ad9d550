import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartSource } from '#line/part-source.ts';

/** Puts the golden samples of every product into FOLDER/productId/viewId.png, each whole or not at all. */
export async function writeGoldens(source: PartSource, folder: string): Promise<void> {
  for await (const { productId, viewId, png } of source.goldens()) {
    await mkdir(join(folder, productId), { recursive: true });
    const file = join(folder, productId, `${viewId}.png`);
    await writeFile(`${file}.new`, png);
    await rename(`${file}.new`, file);
  }
}
