import type { DatabaseSync } from 'node:sqlite';
import type { RecipeMemory } from '#edge/control/station-control.ts';

/** Keeps the recipe in force in the outbox's database. */
export function createRecipeMemory(database: DatabaseSync): RecipeMemory {
  const update = database.prepare('UPDATE control SET recipe_id = ?');
  const found = database.prepare('SELECT recipe_id FROM control').get()?.['recipe_id'];
  let recipeId = typeof found === 'string' ? found : null;
  return {
    recipeInForce: () => recipeId,
    rememberRecipe: (next) => {
      update.run(next);
      recipeId = next;
    },
  };
}
