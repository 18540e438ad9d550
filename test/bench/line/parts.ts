import sharp from 'sharp';
import { seededRandom } from '#detector/seeded-random.ts';
import type { PartSource, ShownPart } from '#line/part-source.ts';
import type { Recipe } from '#rules/recipe.ts';
import { aRecipe, aViewRule } from '../../rules/builders.ts';
import { drawGrey } from '../../support/drawn-image.ts';

/** Of the parts of a bench: one view of this size, a second of takt, four tenths of it for the reviewer. */
export function benchRecipe(widthPx: number, heightPx: number): Recipe {
  return aRecipe({
    id: 'board',
    views: [aViewRule({ viewId: 'top' })],
    frame: {
      widthPx: [widthPx, widthPx],
      heightPx: [heightPx, heightPx],
      meanGrey: [20, 235],
      sharpnessFrom: 1,
      contrastFrom: 1,
      residualUpTo: 1,
      // The pictures come round again.
      repeatedWithin: 0,
    },
    deadlines: { viewsMs: 200, reviewMs: 400, taktMs: 1000 },
  });
}

/** Boards of this size with the noise of a sensor: a few different pictures, again and again, made beforehand. */
export async function benchParts(widthPx: number, heightPx: number): Promise<PartSource> {
  const random = seededRandom(7);
  const level = (x: number): number => ((x >> 3) % 2 === 0 ? 60 : 180) + Math.floor(random() * 5);
  const pictures: Buffer[] = [];
  for (let number = 0; number < 4; number += 1) {
    const { data } = drawGrey(widthPx, heightPx, level);
    const raw = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 1 } });
    pictures.push(await raw.toColourspace('b-w').jpeg({ quality: 90 }).toBuffer());
  }
  return {
    count: Number.POSITIVE_INFINITY,
    part: (number): Promise<ShownPart> => {
      const bytes = pictures[number % pictures.length] ?? Buffer.alloc(0);
      return Promise.resolve({
        serial: `S-${number}`,
        attempt: 1,
        lot: 'L1',
        productId: 'board',
        recipeId: 'board',
        views: [{ viewId: 'top', cameraId: 'c1', encoding: 'jpeg', widthPx, heightPx, bytes }],
        truth: { defective: false, defects: [], known: true },
      });
    },
    challenge: () => Promise.resolve(null),
    goldens: async function* () {
      // Judged without one.
    },
  };
}
