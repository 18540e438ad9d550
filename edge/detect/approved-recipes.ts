import { z } from 'zod';
import { FaultError } from '#host/fault.ts';
import { parseJson } from '#host/parse-json.ts';
import { readIfThere, writeSynced } from '#host/synced-file.ts';
import { digestOf, recipeOfText } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';
import { recipesMessageSchema, type RecipesMessage } from '#edge/messages.schema.ts';

/** Recipes that two people approved at the dashboard, and the number of the latest approval; 0: none yet. */
export type ApprovedRecipes = Pick<RecipesMessage, 'approvalNo' | 'recipes'>;

export const noneApproved: ApprovedRecipes = { approvalNo: 0, recipes: [] };

const fileSchema = z.strictObject({
  approvalNo: recipesMessageSchema.shape.approvalNo,
  recipes: recipesMessageSchema.shape.recipes,
});

/** What was kept at the last approval; none where there is no file. @throws FaultError RECIPE_INVALID for a broken one. */
export async function readApproved(file: string): Promise<ApprovedRecipes> {
  const bytes = await readIfThere(file);
  if (bytes === null) return noneApproved;
  const read = fileSchema.safeParse(parseJson(bytes.toString('utf8')));
  if (read.success) return read.data;
  throw new FaultError('RECIPE_INVALID', 'the approved recipes that were kept cannot be read', {
    place: file,
    wayOut: 'Move the file away: those of the folder run until the store has sent the approved ones again.',
  });
}

/** Keeps them, whole or not at all: a kill in between leaves what was there before. */
export async function writeApproved(file: string, { approvalNo, recipes }: ApprovedRecipes): Promise<void> {
  await writeSynced(file, JSON.stringify({ approvalNo, recipes }));
}

/** The same recipes, read, by id. @throws FaultError RECIPE_INVALID for the first that is not what its line says. */
export function loadApproved({ recipes }: ApprovedRecipes): ReadonlyMap<string, LoadedRecipe> {
  const read = new Map<string, LoadedRecipe>();
  for (const { recipeId, sha256, text } of recipes) {
    const place = `approved recipe ${recipeId}`;
    if (digestOf(text) !== sha256) throw wrongFault('its text does not have its digest', place);
    const loaded = readOne(text, place);
    if (loaded.recipe.id !== recipeId) throw wrongFault(`its text is that of ${loaded.recipe.id}`, place);
    read.set(recipeId, loaded);
  }
  return read;
}

/** What was sound when it was approved may not be any more: a calibration in it runs out. */
function readOne(text: string, place: string): LoadedRecipe {
  try {
    return recipeOfText(text, place);
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    throw new FaultError(cause.code, cause.message, {
      place,
      wayOut:
        'Propose a corrected one at the dashboard and have it approved. Where the edge node does not start, move approved-recipes.json in its data folder away first: those of the recipe folder run until then.',
      cause,
    });
  }
}

/** True where both name the same texts. */
export function isSameApproval(one: ApprovedRecipes, other: ApprovedRecipes): boolean {
  const lines = ({ approvalNo, recipes }: ApprovedRecipes): string =>
    JSON.stringify([approvalNo, recipes.map(({ recipeId, sha256 }) => `${recipeId} ${sha256}`).toSorted()]);
  return lines(one) === lines(other);
}

function wrongFault(message: string, place: string): FaultError {
  return new FaultError('RECIPE_INVALID', message, {
    place,
    wayOut: 'Look at what the store has in recipe_proposal; somebody may have written to it past the dashboard.',
  });
}
