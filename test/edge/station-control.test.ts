import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openControl } from '#edge/control/open-control.ts';
import type { StationControl } from '#edge/control/station-control.ts';
import { createHealth, type Health } from '#edge/health.ts';
import type { StationRecipe, StationRecipes } from '#edge/inspect/station-recipes.ts';
import { aRecipe } from '../rules/builders.ts';
import { openTestOutbox, scratchFolder } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';

let stack: DisposableStack;
let health: Health;
let loaded: Map<string, StationRecipe>;
let control: StationControl;

beforeEach(() => {
  stack = new DisposableStack();
  const { database } = stack.use(openTestOutbox(stack.use(scratchFolder()).path));
  health = createHealth();
  loaded = new Map();
  load('pcb');
  load('cover');
  const recipes: StationRecipes = loaded;
  ({ control } = openControl({ recipes, health, log: silentLog, database, now: () => new Date() }));
  control.serve(true);
});
afterEach(() => stack.dispose());

function load(id: string): void {
  loaded.set(id, { recipe: aRecipe({ id }) } as StationRecipe);
}

describe('the levels', () => {
  it('say error and not ready while the recipe in force is not loaded', () => {
    expect(control.changeRecipe('cover')).toBe('');
    expect(control.levels()).toMatchObject({ ready: true, error: '', recipeId: 'cover' });
    loaded.delete('cover');
    expect(control.levels()).toMatchObject({ ready: false, error: 'recipe in force cover is not loaded' });
    load('cover');
    expect(control.levels()).toMatchObject({ ready: true, error: '' });
  });
});
