import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoldenSample, PartSource } from '#line/part-source.ts';

/** Puts golden samples where the edge node looks for them. */
export interface GoldenWriter {
  /** Writes until all golden samples of a product are there, or there are no more. One call at a time. */
  readonly until: (productId: string) => Promise<void>;
}

/**
 * Writes golden samples into FOLDER/productId/viewId.png, each whole or not at all, and no sooner than a product is
 * about to come: a folder of a thousand templates does not hold up the start.
 */
export function createGoldenWriter(source: Pick<PartSource, 'goldens'>, folder: string): GoldenWriter {
  const samples = source.goldens()[Symbol.asyncIterator]();
  const seen = new Set<string>();
  let newest: string | null = null;
  let ended = false;
  return {
    until: async (productId) => {
      // A product is complete once a sample of another one comes.
      while (!ended && (!seen.has(productId) || newest === productId)) {
        const { value, done } = await samples.next();
        ended = done === true;
        if (done === true) break;
        await writeGolden(folder, value);
        seen.add(value.productId);
        newest = value.productId;
      }
    },
  };
}

async function writeGolden(folder: string, { productId, viewId, png }: GoldenSample): Promise<void> {
  await mkdir(join(folder, productId), { recursive: true });
  const file = join(folder, productId, `${viewId}.png`);
  await writeFile(`${file}.new`, png);
  await rename(`${file}.new`, file);
}
