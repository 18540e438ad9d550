import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { GoldenSample, PartSource } from '#line/part-source.ts';
import { createGoldenWriter } from '#line/station/golden-writer.ts';

const samples = ['a/top', 'a/bottom', 'b/top', 'c/top', 'd/top'].map((name): GoldenSample => {
  const [productId = '', viewId = ''] = name.split('/');
  return { productId, viewId, png: Buffer.from(name) };
});

function openWriter() {
  const folder = mkdtempSync(join(tmpdir(), 'hairline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source: Pick<PartSource, 'goldens'> = {
    goldens: async function* () {
      yield* samples;
    },
  };
  const writer = createGoldenWriter(source, folder);
  const there = (): string[] =>
    samples
      .map(({ productId, viewId }) => `${productId}/${viewId}`)
      .filter((name) => existsSync(join(folder, `${name}.png`)));
  return { writer, there };
}

it('writes the golden samples of a product before it comes, and few others', async () => {
  const { writer, there } = openWriter();
  await writer.until('a');
  expect(there()).toEqual(['a/top', 'a/bottom', 'b/top']);
  await writer.until('a');
  expect(there()).toHaveLength(3);
});

it('writes what lies before a product too, and ends with the last', async () => {
  const { writer, there } = openWriter();
  await writer.until('d');
  expect(there()).toHaveLength(5);
});

it('does not wait for a product that has none', async () => {
  const { writer } = openWriter();
  await expect(writer.until('unknown')).resolves.toBeUndefined();
});
