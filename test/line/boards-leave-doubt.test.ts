import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { createDetector } from '#detector/onnx/create-detector.ts';
import { createBoardSource } from '#line/boards/board-source.ts';
import { loadRecipes, shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { isInReviewBand } from '#rules/review-band.ts';

const firstParts = 20;

// A recipe that is surer than the detector's scores leaves the reviewer silent, and a newcomer never sees it.
it('the first boards of the simulated station leave doubts for the reviewer, and calls beyond doubt too', async () => {
  const source = createBoardSource({ seed: 1 });
  const goldens = new Map<string, Uint8Array>();
  for await (const { productId, viewId, png } of source.goldens()) goldens.set(`${productId}/${viewId}`, png);
  const recipe = (await loadRecipes(shippedRecipeDir)).get('pcb')?.recipe;
  if (!recipe) throw new Error('no recipe of the board station');
  const modelDir = join(import.meta.dirname, '../../detector/models');
  await using detector = await createDetector({ modelDir, name: recipe.model, threads: 1 });
  let [doubts, certain] = [0, 0];
  for (let number = 0; number < firstParts; number += 1) {
    const part = await source.part(number);
    for (const { viewId, bytes } of part.views) {
      const golden = goldens.get(`${part.productId}/${viewId}`);
      if (!golden) throw new Error(`no golden sample of ${part.productId} ${viewId}`);
      const { detections } = await detector.detect(
        await decodeImage(bytes, viewId),
        await decodeImage(golden, `golden ${viewId}`),
      );
      const asked = detections.filter((found) => isInReviewBand(found, recipe)).length;
      doubts += asked;
      certain += detections.length - asked;
    }
  }
  expect(doubts).toBeGreaterThanOrEqual(3);
  expect(certain).toBeGreaterThan(doubts);
});
