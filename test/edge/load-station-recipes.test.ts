import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadStationRecipes } from '#edge/detect/load-station-recipes.ts';
import { shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';

let stack: AsyncDisposableStack;
let recipeDir: string;
let text: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  recipeDir = stack.use(scratchFolder()).path;
  text = await readFile(join(shippedRecipeDir, 'pcb.yaml'), 'utf8');
  await writeFile(join(recipeDir, 'pcb.yaml'), text);
});
afterEach(() => stack.disposeAsync());

const next = (): string => text.replace('version: 1.0.0', 'version: 1.1.0');
const put = (name: string, content: string): Promise<void> => writeFile(join(recipeDir, name), content);

describe('the recipes of a running station', () => {
  it.each([
    ['with an unknown key', () => put('pcb.yaml', `${next()}\nleniency: 3\n`), 'leniency'],
    ['with limits crossed', () => put('pcb.yaml', next().replace('failFrom: 0.6', 'failFrom: 0.1')), 'failFrom'],
    ['with two versions of one id', () => put('pcb-2.yaml', next()), 'pcb'],
    ['that lower with nothing independent', () => put('pcb.yaml', lowering()), 'independentKinds'],
    [
      'that name a model nobody has',
      () => put('pcb.yaml', next().replace('model: pcb-pair', 'model: nobody')),
      'model',
    ],
    [
      'without a rule for a label',
      () => put('pcb.yaml', next().replace('label: pin-hole', 'label: pinhole')),
      'pin-hole',
    ],
  ])('stay when those read anew are refused: %s', async (_, change, place) => {
    const running = await loadStationRecipes({ recipeDir, modelDir: 'detector/models' }, stack, silentLog);
    const before = running.recipes.get('pcb');
    await change();
    const fault = await running.reload();
    expect(`${fault?.message} ${fault?.place}`).toContain(place);
    expect([...running.recipes]).toEqual([['pcb', before]]);
  });

  it('are those of the folder once it holds, one with the model that runs; a part keeps the one it began with', async () => {
    const running = await loadStationRecipes({ recipeDir, modelDir: 'detector/models' }, stack, silentLog);
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

function lowering(): string {
  return next().replace('authority: raise\n    lowerBand: null', 'authority: lower\n    lowerBand: [0.4, 0.5]');
}
