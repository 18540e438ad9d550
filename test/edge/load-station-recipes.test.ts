import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovedRecipes } from '#edge/detect/approved-recipes.ts';
import { loadStationRecipes } from '#edge/detect/load-station-recipes.ts';
import { FaultError } from '#host/fault.ts';
import { digestOf, shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { type Change, draftText, limitsCrossed } from '../support/recipe-text.ts';
import { silentLog } from '../support/silent-log.ts';

let stack: AsyncDisposableStack;
let recipeDir: string;
const text = draftText('1.0.0');

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  recipeDir = stack.use(scratchFolder()).path;
  await writeFile(join(recipeDir, 'pcb.yaml'), text);
});
afterEach(() => stack.disposeAsync());

const folders = () => ({ recipeDir, modelDir: 'detector/models', approvedFile: join(recipeDir, 'approved.json') });
const next = (...changes: readonly Change[]): string => draftText('1.1.0', ...changes);
const put = (name: string, content: string): Promise<void> => writeFile(join(recipeDir, name), content);

describe('the recipes of a running station', () => {
  it.each([
    ['with an unknown key', () => put('pcb.yaml', `${next()}\nleniency: 3\n`), 'leniency'],
    ['with limits crossed', () => put('pcb.yaml', next(limitsCrossed)), 'failFrom'],
    ['with two versions of one id', () => put('pcb-2.yaml', next()), 'pcb'],
    ['that lower with nothing independent', () => put('pcb.yaml', lowering()), 'independentKinds'],
    ['that name a model nobody has', () => put('pcb.yaml', next(['model: pcb-pair', 'model: nobody'])), 'model'],
    ['without a rule for a label', () => put('pcb.yaml', next(['label: pin-hole', 'label: pinhole'])), 'pin-hole'],
  ])('stay when those read anew are refused: %s', async (_, change, place) => {
    const running = await loadStationRecipes(folders(), stack, silentLog);
    const before = running.recipes.get('pcb');
    await change();
    const fault = await running.reload();
    expect(fault).toBeInstanceOf(FaultError);
    expect(`${String(fault)} ${(fault as FaultError).place}`).toContain(place);
    expect([...running.recipes]).toEqual([['pcb', before]]);
  });

  it('are those of the folder once it holds, one with the model that runs; a part keeps the one it began with', async () => {
    const running = await loadStationRecipes(folders(), stack, silentLog);
    const before = running.recipes.get('pcb');
    await put('pcb.yaml', next());
    await copyFile(join(shippedRecipeDir, 'pcb-single.yaml'), join(recipeDir, 'pcb-single.yaml'));
    expect(await running.reload()).toBeNull();
    expect([...running.recipes.keys()].toSorted()).toEqual(['pcb', 'pcb-single']);
    expect(running.recipes.get('pcb')?.recipe.version).toBe('1.1.0');
    expect(before?.recipe.version).toBe('1.0.0');
    expect(running.recipes.get('pcb')?.sha256).not.toBe(before?.sha256);
  });
});

/** What the store sends once two people have approved these texts of `pcb`. */
function approval(approvalNo: number, content: string, recipeId = 'pcb'): ApprovedRecipes {
  return { approvalNo, recipes: [{ recipeId, sha256: digestOf(content), text: content }] };
}

describe('recipes that two people approved', () => {
  it('run in the place of those of the folder, also after a reload and a restart', async () => {
    const running = await loadStationRecipes(folders(), stack, silentLog);
    expect(await running.approve(approval(3, next()))).toBeNull();
    expect(running.recipes.get('pcb')?.recipe.version).toBe('1.1.0');
    await put('pcb.yaml', draftText('0.9.0'));
    expect(await running.reload()).toBeNull();
    expect(await running.approve(approval(3, next())), 'told anew at each connection').toBe('unchanged');
    expect(running.recipes.get('pcb')?.sha256).toBe(digestOf(next()));
    const again = await loadStationRecipes(folders(), stack, silentLog);
    expect(again.recipes.get('pcb')?.sha256).toBe(digestOf(next()));
    expect(again.approved().approvalNo).toBe(3);
  });

  it.each([
    ['that contradict themselves', () => approval(4, next(limitsCrossed)), 'failFrom'],
    ['that name a model nobody has', () => approval(4, next(['model: pcb-pair', 'model: nobody'])), 'model'],
    ['whose text was changed', () => ({ ...approval(4, next()), recipes: swapped() }), 'digest'],
    ['under the id of another', () => approval(4, next(), 'cover'), 'cover'],
    ['that are older than those that run', () => approval(2, text), 'not newer'],
    ['under the number of others', () => approval(3, text), 'not newer'],
  ])('stay when others come %s, and after the restart too', async (_, set, place) => {
    const running = await loadStationRecipes(folders(), stack, silentLog);
    await running.approve(approval(3, draftText('1.0.5')));
    const before = running.recipes.get('pcb');
    const fault = await running.approve(set());
    expect(fault).toBeInstanceOf(FaultError);
    expect(`${String(fault)} ${(fault as FaultError).place}`).toContain(place);
    expect([...running.recipes]).toEqual([['pcb', before]]);
    const again = await loadStationRecipes(folders(), stack, silentLog);
    expect(again.recipes.get('pcb')?.sha256).toBe(before?.sha256);
  });

  it('are tried again with the next reload where something was missing', async () => {
    const running = await loadStationRecipes(folders(), stack, silentLog);
    await put('pcb.yaml', 'leniency: 3\n');
    expect(await running.approve(approval(1, next()))).not.toBeNull();
    expect(running.approved().approvalNo).toBe(0);
    await put('pcb.yaml', text);
    expect(await running.reload()).toBeNull();
    expect(running.recipes.get('pcb')?.recipe.version).toBe('1.1.0');
  });

  it('that were kept and cannot be read stop the start, and name the file', async () => {
    await put('approved.json', '{"approvalNo": 1');
    await expect(loadStationRecipes(folders(), stack, silentLog)).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
      place: join(recipeDir, 'approved.json'),
    });
  });
});

function swapped(): ApprovedRecipes['recipes'] {
  return [{ recipeId: 'pcb', sha256: digestOf(next()), text: next([/failFrom: [\d.]+/, 'failFrom: 0.99']) }];
}

function lowering(): string {
  return next(['authority: raise\n    lowerBand: null', 'authority: lower\n    lowerBand: [0.4, 0.5]']);
}
