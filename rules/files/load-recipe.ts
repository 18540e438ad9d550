import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Folder of the recipes shipped with Hairline. */
export const shippedRecipeDir = join(import.meta.dirname, '..', 'recipes');

/** Loads one recipe file. @throws FaultError RECIPE_INVALID that names every fault with its line and column. */
export async function loadRecipe(file: string, at: Date = new Date()): Promise<LoadedRecipe> {
  const { loaded, faults } = await readRecipe(file, at);
  if (loaded !== null) return loaded;
  throw recipeFault(file, faults);
}

/** Loads every `*.yaml` of a folder, by recipe id. @throws FaultError RECIPE_INVALID with the faults of all files. */
export async function loadRecipes(folder: string, at: Date = new Date()): Promise<ReadonlyMap<string, LoadedRecipe>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw recipeFault(folder, ['the folder cannot be read'], cause);
  });
  const files = names.filter((name) => /\.ya?ml$/.test(name)).toSorted();
  const read = await Promise.all(files.map((name) => readRecipe(join(folder, name), at)));
  const faults = read.flatMap((one) => one.faults);
  const recipes = new Map<string, LoadedRecipe>();
  for (const [index, { loaded }] of read.entries()) {
    if (loaded === null) continue;
    const { id, version } = loaded.recipe;
    const other = recipes.get(id);
    if (other)
      faults.push(`${files[index]}: id ${id} (${version}) is also that of another file (${other.recipe.version})`);
    else recipes.set(id, loaded);
  }
  if (files.length === 0) faults.push('no recipe file (*.yaml) in the folder');
  if (faults.length > 0) throw recipeFault(folder, faults);
  return recipes;
}

async function readRecipe(file: string, at: Date): Promise<{ loaded: LoadedRecipe | null; faults: string[] }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw recipeFault(file, ['the file cannot be read'], cause);
  }
  const { recipe, faults } = parseRecipe(bytes.toString('utf8'), at);
  const lines = faults.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
  if (recipe === null) return { loaded: null, faults: lines };
  return { loaded: { recipe, sha256: createHash('sha256').update(bytes).digest('hex') }, faults: [] };
}

function recipeFault(place: string, faults: readonly string[], cause?: unknown): FaultError {
  return new FaultError('RECIPE_INVALID', faults.join('; '), {
    place,
    wayOut: 'Correct the file; npm run rules -- check FILE lists every fault, docs/recipes.md every key.',
    cause,
  });
}
