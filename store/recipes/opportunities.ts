import { readRecipes } from '#rules/files/load-recipe.ts';
import type { Database } from '#store/database.ts';
import type { InspectedByRecipe } from '#store/queries/defect-counts.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';
import { proposedText } from '#store/recipes/proposals.ts';

// An approval that has run out stops inspecting, not counting.
const whenever = new Date(0);

/**
 * In how many places of the inspected parts a defect could have been: parts times views times kinds of defect that the
 * recipe looks for. null where a recipe is known neither from the folder nor from an approval.
 */
export async function opportunitiesOf(
  database: Database,
  recipeDir: string,
  groups: readonly InspectedByRecipe[],
): Promise<number | null> {
  // What is wrong with a file is told where recipes are loaded to judge by; here the others still count.
  const { recipes: folder } = await readRecipes(recipeDir, whenever);
  let opportunities = 0;
  for (const { recipe, views, inspected } of groups) {
    // A part that no recipe judged was looked at for nothing.
    if (recipe === null) continue;
    const approved = await proposedText(database, recipe.sha256);
    const loaded =
      (approved === null ? null : checkDraft(approved, whenever).loaded) ??
      [...folder.values()].find(({ sha256 }) => sha256 === recipe.sha256);
    if (!loaded) return null;
    opportunities += inspected * views * loaded.recipe.labels.length;
  }
  return opportunities;
}
