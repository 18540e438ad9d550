import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRecipes, shippedRecipeDir } from '#rules/files/load-recipe.ts';

const november = new Date('2026-11-01T00:00:00Z');
const spindle = readFileSync('docs/control-plans/spindle.yaml', 'utf8');
const board = readFileSync('docs/control-plans/board.yaml', 'utf8');

describe('recipe files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  it('are known by the SHA-256 of their bytes', async () => {
    const recipes = await loadRecipes('docs/control-plans/board.yaml', november);
    expect([...recipes.keys()]).toEqual(['board-control-plan']);
    expect(recipes.get('board-control-plan')?.sha256).toBe(createHash('sha256').update(board).digest('hex'));
  });

  it('ship with Hairline, one for each way the line shows parts', async () => {
    expect([...(await loadRecipes(shippedRecipeDir)).keys()].toSorted()).toEqual(['ballscrew', 'pcb', 'pcb-single']);
  });

  it('are refused together, with the faults of every file and its place', async () => {
    put('a.yaml', spindle.replace('iouFrom: 0.4', 'iouFrom: 4'));
    put('b.yaml', board.replace('id: board', 'id: -board'));
    put('note.txt', 'not a recipe');
    mkdirSync(join(folder, 'c.yaml'));
    await expect(loadRecipes(folder, november)).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
      place: folder,
      message: expect.stringMatching(
        /a\.yaml:\d+:3 review\.iouFrom: .*; .*b\.yaml:4:1 id: no name.*c\.yaml: cannot be read/,
      ) as string,
    });
  });

  it('are refused where two versions of one id stand in a folder', async () => {
    put('a.yaml', spindle);
    put('b.yml', spindle.replace('version: 1.0.0', 'version: 1.1.0'));
    await expect(loadRecipes(folder, november)).rejects.toMatchObject({
      message: `${join(folder, 'b.yml')}: id spindle-control-plan (1.1.0) is also that of another file (1.0.0)`,
    });
  });

  it('are refused where there is none, or none that can be read', async () => {
    await expect(loadRecipes(folder, november)).rejects.toThrow('no recipe file');
    await expect(loadRecipes(join(folder, 'nowhere'), november)).rejects.toThrow('cannot be read');
    await expect(loadRecipes(join(folder, 'nothing.yaml'), november)).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
      wayOut: expect.stringContaining('npm run rules -- check') as string,
    });
  });
});
