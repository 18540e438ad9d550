import { expect, it } from 'vitest';
import { tellRecipes } from '#edge/detect/tell-recipes.ts';
import { createHealth } from '#edge/health.ts';
import { FaultError } from '#host/fault.ts';
import { silentLog } from '../support/silent-log.ts';

it('a refusal of recipes stays to be seen while what was approved is only told again', async () => {
  const health = createHealth();
  const change = tellRecipes(new Map(), health, silentLog);
  const state = () => health.read().components['recipes']?.state;
  expect(state()).toBe('ok');
  change(async () => new FaultError('RECIPE_INVALID', 'a wrong key', { place: 'pcb.yaml', wayOut: 'Correct it.' }));
  await expect.poll(state).toBe('warning');
  const told = Promise.withResolvers<'unchanged'>();
  change(() => told.promise);
  told.resolve('unchanged');
  await new Promise((resolve) => setImmediate(resolve));
  expect(state()).toBe('warning');
  change(async () => null);
  await expect.poll(state).toBe('ok');
});
