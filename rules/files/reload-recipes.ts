import { FaultError } from '#host/fault.ts';
import { loadRecipes } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Recipes after a try to load a folder anew. */
export interface Reloaded {
  readonly recipes: ReadonlyMap<string, LoadedRecipe>;
  /** null where the folder was taken; else why it was refused, and the recipes are those that ran. */
  readonly refused: FaultError | null;
}

/** Takes a folder of recipes whole or not at all: with any fault in it, the running recipes stay. */
export async function reloadRecipes(
  running: ReadonlyMap<string, LoadedRecipe>,
  folder: string,
  at: Date = new Date(),
): Promise<Reloaded> {
  try {
    return { recipes: await loadRecipes(folder, at), refused: null };
  } catch (error) {
    if (error instanceof FaultError) return { recipes: running, refused: error };
    throw error;
  }
}
