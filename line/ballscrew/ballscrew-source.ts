import { join } from 'node:path';
import { createImageSource } from '#line/images/image-source.ts';
import type { PartSource } from '#line/part-source.ts';

/** The shipped sample of BSData; its ATTRIBUTION.md names authors and licence. */
export const ballscrewSampleDir = join(import.meta.dirname, '../samples/ballscrew');

/** Position on the spindle that the sample was taken from: a model that is to be shown on it must not be trained on it. */
export const ballscrewSampleGroups = ['pos:597500_315'] as const;

/** Ball screw surfaces, clean and pitted, without a golden sample; after the last comes the first, as another part. */
export async function createBallscrewSource(): Promise<PartSource> {
  const sample = await createImageSource({ dir: ballscrewSampleDir, recipeId: 'ballscrew' });
  return {
    count: Number.POSITIVE_INFINITY,
    part: async (number) => {
      const part = await sample.part(number % sample.count);
      return { ...part, serial: `BSD-${String(number).padStart(6, '0')}`, productId: 'ballscrew' };
    },
    challenge: async (number) => {
      const part = await sample.challenge(number % sample.count);
      return part && { ...part, serial: 'challenge-ballscrew', productId: 'ballscrew' };
    },
    goldens: () => sample.goldens(),
  };
}
