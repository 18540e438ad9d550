import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGoldens } from '#edge/detect/goldens.ts';
import { drawGrey, encodePng } from '../support/drawn-image.ts';
import { scratchFolder } from '../support/edge-disk.ts';

async function folderWithGoldens() {
  const folder = scratchFolder();
  const png = await encodePng(drawGrey(4, 3, (x, y) => x + y));
  for (const product of ['p1', 'p2', 'p3']) {
    mkdirSync(join(folder.path, 'goldens', product), { recursive: true });
    writeFileSync(join(folder.path, 'goldens', product, 'top.png'), png);
  }
  writeFileSync(join(folder.path, 'secret.png'), png);
  return { dir: join(folder.path, 'goldens'), [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe('a golden sample', () => {
  test('is found by product and view, with the digest of its file', async () => {
    using folder = await folderWithGoldens();
    const golden = await createGoldens(folder.dir, 2).find('p1', 'top');
    expect(golden?.image).toMatchObject({ widthPx: 4, heightPx: 3, channels: 1 });
    expect(golden?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['of a view without one', 'p1', 'bottom'],
    ['of an unknown product', 'p9', 'top'],
    ['outside of the folder', '..', 'secret'],
    ['behind a path', 'p1/../..', 'secret'],
    ['of a product without a name', '', 'top'],
  ])('is not there: %s', async (_name, productId, viewId) => {
    using folder = await folderWithGoldens();
    expect(await createGoldens(folder.dir, 2).find(productId, viewId)).toBeNull();
  });

  test('is not there where no folder is set', async () => {
    expect(await createGoldens(undefined, 2).find('p1', 'top')).toBeNull();
  });

  test('that appears later is found then', async () => {
    using folder = await folderWithGoldens();
    const goldens = createGoldens(folder.dir, 2);
    expect(await goldens.find('p1', 'bottom')).toBeNull();
    writeFileSync(join(folder.dir, 'p1', 'bottom.png'), await encodePng(drawGrey(2, 2, () => 9)));
    expect(await goldens.find('p1', 'bottom')).not.toBeNull();
  });

  test('stays in memory as long as it is among the last ones used', async () => {
    using folder = await folderWithGoldens();
    const goldens = createGoldens(folder.dir, 2);
    for (const product of ['p1', 'p2', 'p1', 'p3']) await goldens.find(product, 'top');
    rmSync(folder.dir, { recursive: true });
    expect(await goldens.find('p1', 'top')).not.toBeNull();
    expect(await goldens.find('p3', 'top')).not.toBeNull();
    expect(await goldens.find('p2', 'top')).toBeNull();
  });

  test('that nothing decodes is a fault and not a missing one', async () => {
    using folder = await folderWithGoldens();
    writeFileSync(join(folder.dir, 'p1', 'top.png'), 'no image');
    await expect(createGoldens(folder.dir, 2).find('p1', 'top')).rejects.toMatchObject({ code: 'FRAME_UNREADABLE' });
  });
});
