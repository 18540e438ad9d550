import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { createDetector } from '#detector/onnx/create-detector.ts';
import { createBoardSource } from '#line/boards/board-source.ts';

// Scores of an eight-bit model as a CPU with VNNI gives them. One without saturates its sums unless it is told not to: the
// first of these is 0.740 then.
const scores = [
  ['spur', 0.7441],
  ['short', 0.8484],
] as const;
const atMostOff = 0.0015;

it('an eight-bit model gives a defect the same score on every CPU', async () => {
  const source = createBoardSource({ seed: 1 });
  const part = await source.part(0);
  const goldens = new Map<string, Uint8Array>();
  for await (const { productId, viewId, png } of source.goldens()) goldens.set(`${productId}/${viewId}`, png);
  const modelDir = join(import.meta.dirname, '../../detector/models');
  await using detector = await createDetector({ modelDir, name: 'pcb-pair', threads: 1 });
  const found: (readonly [label: string, score: number])[] = [];
  for (const { viewId, bytes } of part.views) {
    const golden = goldens.get(`${part.productId}/${viewId}`) ?? new Uint8Array();
    const images = [await decodeImage(bytes, viewId), await decodeImage(golden, `golden ${viewId}`)] as const;
    const { detections } = await detector.detect(...images);
    found.push(...detections.map(({ label, score }) => [label, score] as const));
  }
  expect(found.map(([label]) => label)).toEqual(scores.map(([label]) => label));
  for (const [index, [label, score]] of scores.entries())
    expect(Math.abs((found[index]?.[1] ?? 0) - score), label).toBeLessThan(atMostOff);
});
