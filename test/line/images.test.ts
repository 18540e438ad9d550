import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageSource } from '#line/images/image-source.ts';
import type { GoldenSample, PartSource } from '#line/part-source.ts';

let dir = '';
let png = Buffer.alloc(0);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hairline-images-'));
  png = await sharp({ create: { width: 6, height: 4, channels: 3, background: 'gray' } })
    .png()
    .toBuffer();
});
afterEach(() => rm(dir, { recursive: true }));

async function put(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
}

function open(folder = dir): Promise<PartSource> {
  return createImageSource({ dir: folder, recipeId: null });
}

async function goldensOf(source: PartSource): Promise<GoldenSample[]> {
  const goldens: GoldenSample[] = [];
  for await (const golden of source.goldens()) goldens.push(golden);
  return goldens;
}

function coco(images: object[], annotations: object[] = []): string {
  return JSON.stringify({ images, annotations, categories: [{ id: 4, name: 'spur' }] });
}

describe('a folder of images', () => {
  it('shows images of sub-folders in the order of their names, without truth where nothing is known', async () => {
    await put({ 'b/two.png': png, 'a/one.JPG': png, 'notes.txt': 'no image', '.hidden.png': png });
    const source = await open();
    expect(source.count).toBe(2);
    const parts = await Promise.all([source.part(0), source.part(1)]);
    expect(parts.map((part) => part.serial)).toEqual(['a-one', 'b-two']);
    expect(parts[0]?.truth).toEqual({ defective: false, defects: [], known: false });
    expect(parts[0]?.views[0]).toMatchObject({ encoding: 'jpeg', widthPx: 6, heightPx: 4 });
    expect(parts.map((part) => part.recipeId)).toEqual(['ballscrew', 'ballscrew']);
  });

  it('takes NAME_temp beside NAME_test as its golden sample and does not show it as a part', async () => {
    await put({ 'g/7_test.png': png, 'g/7_temp.jpg': await sharp(png).jpeg().toBuffer(), 'g/odd_temp.png': png });
    const source = await open();
    const parts = await Promise.all([source.part(0), source.part(1)]);
    expect(parts.map((part) => part.serial)).toEqual(['g-7_test', 'g-odd_temp']);
    const goldens = await goldensOf(source);
    expect(goldens.map((golden) => golden.productId)).toEqual([parts[0]?.productId]);
    expect((await sharp(goldens[0]?.png).metadata()).format).toBe('png');
    expect(parts[0]?.recipeId).toBe('pcb-single');
  });

  it.each([
    { name: 'zero bytes', bytes: '' },
    { name: 'text', bytes: 'no picture at all' },
    { name: 'half a picture', bytes: null },
  ])('shows a file of $name as it is', async ({ bytes }) => {
    const content = bytes === null ? png.subarray(0, 40) : Buffer.from(bytes);
    await put({ 'x.png': content });
    const part = await (await open()).part(0);
    expect(Buffer.from(part.views[0]?.bytes ?? []).equals(content)).toBe(true);
    expect(part.truth.known).toBe(false);
  });

  it('rewrites WebP as PNG, since a camera sends PNG or JPEG', async () => {
    await put({ 'x.webp': await sharp(png).webp().toBuffer() });
    const view = (await (await open()).part(0)).views[0];
    expect(view?.encoding).toBe('png');
    expect((await sharp(view?.bytes).metadata()).format).toBe('png');
  });

  it('leaves out a broken template, so that only its own parts are doubted', async () => {
    await put({ '1_test.png': png, '1_temp.png': 'broken', '2_test.png': png, '2_temp.png': png });
    expect(await goldensOf(await open())).toHaveLength(1);
  });

  it.each([
    { name: 'is empty', folder: '' },
    { name: 'is not there', folder: 'nowhere' },
  ])('says IMAGES_NOT_FOUND where it $name', async ({ folder }) => {
    await expect(open(join(dir, folder))).rejects.toMatchObject({ code: 'IMAGES_NOT_FOUND', place: join(dir, folder) });
  });
});

describe('a folder with COCO files', () => {
  const image = { id: 1, file_name: 'in/a.png', template: 'in/t.png', group: 'g:1', width: 6, height: 4 };

  it('takes truth, templates and groups from all of them and shows only what they name', async () => {
    await put({
      'in/a.png': png,
      'in/t.png': png,
      'in/b.png': png,
      'in/c.png': png,
      'one.coco.json': coco([image], [{ image_id: 1, category_id: 4, bbox: [1, 1, 2, 3] }]),
      'two.coco.json': coco([{ id: 1, file_name: 'in/b.png', uncertain_negative: true }]),
      'other.json': '{ broken',
    });
    const source = await open();
    expect(source.count).toBe(2);
    const [a, b] = await Promise.all([source.part(0), source.part(1)]);
    expect(a.truth).toEqual({
      defective: true,
      defects: [{ viewId: 'surface', label: 'spur', box: { x1: 1, y1: 1, x2: 3, y2: 4 } }],
      known: true,
    });
    expect([a.lot, a.recipeId, b.truth.known]).toEqual(['g-1', 'pcb-single', false]);
    expect(await goldensOf(source)).toHaveLength(1);
  });

  it('finds the COCO file one folder above, and then shows the part of it that was asked for', async () => {
    await put({
      'x/in/a.png': png,
      'y/in/b.png': png,
      'coco.json': coco([
        { ...image, file_name: 'x/in/a.png', template: null },
        { id: 2, file_name: 'y/in/b.png' },
      ]),
    });
    const source = await open(join(dir, 'x'));
    expect([source.count, (await source.part(0)).serial]).toEqual([1, 'in-a']);
  });

  it.each([
    { name: 'is no JSON', text: '{', says: 'JSON' },
    { name: 'lacks categories', text: '{"images":[],"annotations":[]}', says: 'categories' },
    {
      name: 'has a box of three numbers',
      text: coco([image], [{ image_id: 1, category_id: 4, bbox: [1, 2, 3] }]),
      says: 'annotations[0].bbox',
    },
    {
      name: 'annotates an image it does not have',
      text: coco([image], [{ image_id: 9, category_id: 4, bbox: [1, 2, 3, 4] }]),
      says: 'no image 9',
    },
    {
      name: 'uses a category it does not have',
      text: coco([image], [{ image_id: 1, category_id: 5, bbox: [1, 2, 3, 4] }]),
      says: 'no category 5',
    },
    { name: 'has an id twice', text: coco([image, image]), says: 'two images have the id 1' },
    { name: 'names images that are not there', text: coco([{ id: 1, file_name: 'gone.png' }]), says: 'gone.png' },
  ])('says COCO_INVALID where it $name', async ({ text, says }) => {
    await put({ 'in/a.png': png, 'in/t.png': png, 'coco.json': text });
    await expect(open()).rejects.toMatchObject({ code: 'COCO_INVALID', place: join(dir, 'coco.json') });
    await expect(open()).rejects.toThrow(says);
  });
});
