import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ballscrewSampleDir, ballscrewSampleGroups, createBallscrewSource } from '#line/ballscrew/ballscrew-source.ts';

describe('the ball screw sample', () => {
  it('has as many clean as pitted images, each with its truth, and shows the first again after the last', async () => {
    const source = await createBallscrewSource();
    const parts = await Promise.all(Array.from({ length: 37 }, (_, number) => source.part(number)));
    expect(parts.slice(0, 36).filter((part) => part.truth.defective)).toHaveLength(18);
    expect(parts.every((part) => part.truth.known && part.recipeId === 'ballscrew')).toBe(true);
    expect(parts[36]?.views).toEqual(parts[0]?.views);
    expect(parts[36]?.serial).not.toBe(parts[0]?.serial);
  });

  it('stays below 5 MB, comes from the named positions only and carries its attribution', async () => {
    const images = join(ballscrewSampleDir, 'images');
    const sizes = await Promise.all((await readdir(images)).map(async (name) => (await stat(join(images, name))).size));
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(5_000_000);
    const document: { images: { group: string }[] } = JSON.parse(
      await readFile(join(ballscrewSampleDir, 'coco.json'), 'utf8'),
    );
    expect([...new Set(document.images.map((image) => image.group))].toSorted()).toEqual([...ballscrewSampleGroups]);
    const attribution = await readFile(join(ballscrewSampleDir, 'ATTRIBUTION.md'), 'utf8');
    for (const word of ['CC BY-SA 4.0', 'Schlagenhauf', ...ballscrewSampleGroups]) expect(attribution).toContain(word);
  });
});
