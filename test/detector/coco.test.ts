import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCoco } from '#detector/coco/read-coco.ts';
import { parseEvaluateOptions } from '#detector/evaluate/options.ts';

const image = { id: 1, file_name: 'a.png', template: 'g.png', group: 'one' };
const note = { id: 9, image_id: 1, category_id: 2, bbox: [10, 20, 5, 4] };
const categories = [
  { id: 2, name: 'pit' },
  { id: 1, name: 'scratch' },
];

describe('a COCO file', () => {
  let file: string;
  beforeAll(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'hairline-coco-')), 'coco.json');
  });
  afterAll(async () => {
    await rm(join(file, '..'), { recursive: true });
  });

  it('gives labels by category id and boxes by their corners', async () => {
    const unsure = { id: 2, file_name: 'b.png', board: '12', uncertain_negative: true };
    await writeFile(file, JSON.stringify({ info: {}, images: [image, unsure], annotations: [note], categories }));
    const set = await readCoco(file);
    expect(set.labels).toEqual(['scratch', 'pit']);
    expect(set.images[0]?.defects).toEqual([{ label: 'pit', box: { x1: 10, y1: 20, x2: 15, y2: 24 } }]);
    expect(set.images.map(({ truthKnown }) => truthKnown)).toEqual([true, false]);
    expect(set.images.map(({ group }) => group)).toEqual(['one', '12']);
  });

  it.each([
    { name: 'it is no JSON', text: 'images', says: /JSON/ },
    { name: 'a list is missing', text: JSON.stringify({ images: [], categories }), says: /annotations/ },
    {
      name: 'a box has three numbers',
      text: JSON.stringify({ images: [image], annotations: [{ ...note, bbox: [1, 2, 3] }], categories }),
      says: /bbox/,
    },
    {
      name: 'a box has no width',
      text: JSON.stringify({ images: [image], annotations: [{ ...note, bbox: [1, 2, 0, 3] }], categories }),
      says: /bbox/,
    },
    {
      name: 'ids repeat and lead nowhere: all of it is told',
      text: JSON.stringify({
        images: [image, image],
        annotations: [
          { ...note, category_id: 7 },
          { ...note, image_id: 8 },
        ],
        categories,
      }),
      says: /two images have the id 1.*no category 7.*no image 8/,
    },
  ])('is refused where $name', async ({ text, says }) => {
    await writeFile(file, text);
    await expect(readCoco(file)).rejects.toMatchObject({
      code: 'COCO_INVALID',
      place: file,
      message: expect.stringMatching(says) as string,
    });
  });
});

describe('the command line of the evaluation', () => {
  const needed = ['--coco', 'c.json', '--root', '.', '--model', 'pcb-pair'];

  it('takes stated limits of wear, or amounts', () => {
    const options = parseEvaluateOptions(
      [...needed, '--perturb', 'shift,rotate=0.5', '--limit', '7', '--json'],
      'models',
    );
    expect(options).toMatchObject({
      perturbation: { shift: 12, rotate: 0.5 },
      limit: 7,
      json: true,
      look: 'differences',
      modelDir: 'models',
    });
    expect(parseEvaluateOptions(['--help'], 'models')).toBeNull();
  });

  it('names every fault at once', () => {
    const args = ['--coco', 'c.json', '--limit', 'x', '--perturb', 'shake,noise=a', '--look', 'away'];
    const says = /--root is missing; --model is missing; --limit .*"x"; .*"shake"; .*noise.*"a"; --look/;
    expect(() => parseEvaluateOptions(args, 'models')).toThrow(says);
    expect(() => parseEvaluateOptions(['--colour'], 'models')).toThrow(/--colour/);
  });
});
