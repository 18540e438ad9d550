import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Folder of the recipes shipped with Hairline. */
export const shippedRecipeDir = join(import.meta.dirname, '..', 'recipes');

/** What was read of files, and everything that is wrong with them, each fault with its file, line and column. */
export interface ReadRecipes {
  readonly recipes: ReadonlyMap<string, LoadedRecipe>;
  readonly faults: readonly string[];
}

/** Loads every `*.yaml` of a folder, by recipe id. @throws FaultError RECIPE_INVALID with the faults of all files. */
export async function loadRecipes(folder: string, at: Date = new Date()): Promise<ReadonlyMap<string, LoadedRecipe>> {
  const { recipes, faults } = await readRecipes(folder, at);
  if (faults.length > 0) throw recipeFault(folder, faults);
  return recipes;
}

/** Reads a recipe file, or every `*.yaml` of a folder, in which each recipe has an id of its own. */
export async function readRecipes(place: string, at: Date): Promise<ReadRecipes> {
  let files: readonly string[];
  try {
    files = await recipeFilesOf(place);
  } catch (error) {
    return { recipes: new Map(), faults: [`${place}: cannot be read (${String(error)})`] };
  }
  const faults = files.length === 0 ? [`${place}: no recipe file (*.yaml) in the folder`] : [];
  const recipes = new Map<string, LoadedRecipe>();
  for (const file of files) {
    const read = await readRecipe(file, at);
    faults.push(...read.faults);
    if (read.loaded === null) continue;
    const { id, version } = read.loaded.recipe;
    const other = recipes.get(id);
    if (other) faults.push(`${file}: id ${id} (${version}) is also that of another file (${other.recipe.version})`);
    else recipes.set(id, read.loaded);
  }
  return { recipes, faults };
}

async function recipeFilesOf(place: string): Promise<readonly string[]> {
  if (!(await stat(place)).isDirectory()) return [place];
  const names = await readdir(place);
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(place, name));
}

async function readRecipe(
  file: string,
  at: Date,
): Promise<{ readonly loaded: LoadedRecipe | null; readonly faults: readonly string[] }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return { loaded: null, faults: [`${file}: cannot be read (${String(error)})`] };
  }
  const text = bytes.toString('utf8');
  const { recipe, faults } = parseRecipe(text, at);
  const lines = faults.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
  return { loaded: recipe === null ? null : { recipe, sha256: digestOf(bytes), text }, faults: lines };
}

/** SHA-256 of the bytes of a recipe file, or of its text in UTF-8. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A recipe from its text; `place` says where the text lies. @throws FaultError RECIPE_INVALID that names every fault. */
export function recipeOfText(text: string, place: string, at: Date = new Date()): LoadedRecipe {
  const { recipe, faults } = parseRecipe(text, at);
  if (recipe !== null) return { recipe, sha256: digestOf(text), text };
  const lines = faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
  throw recipeFault(place, lines);
}

function recipeFault(place: string, faults: readonly string[]): FaultError {
  return new FaultError('RECIPE_INVALID', faults.join('; '), {
    place,
    wayOut: 'Correct the file; npm run rules -- check FILE lists every fault, docs/recipes.md every key.',
  });
}
