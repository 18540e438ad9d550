import type { FastifyInstance } from 'fastify';
import type { RunningRecipes } from '#edge/detect/load-station-recipes.ts';

/** The recipes that run, with their texts. */
export interface ShownRecipes extends Pick<RunningRecipes, 'recipes' | 'approved'> {
  /** False: those of the folder alone count (no HAIRLINE_RECIPE_KEY). */
  readonly takesApproved: boolean;
}

/** What the station judges by, for people: nothing changes here. */
export function addRecipeRoutes(face: FastifyInstance, { recipes, approved, takesApproved }: ShownRecipes): void {
  face.get('/recipes', () => {
    const digests = new Set(approved().recipes.map(({ sha256 }) => sha256));
    const running = Array.from(recipes.values(), ({ recipe, sha256, text, model }) => ({
      recipeId: recipe.id,
      version: recipe.version,
      sha256,
      model,
      source: digests.has(sha256) ? 'approved' : 'folder',
      text,
    }));
    return { takesApproved, approvalNo: approved().approvalNo, recipes: running };
  });
}
