import type { RecipeChange, RunningRecipes } from '#edge/detect/load-station-recipes.ts';
import type { Health } from '#edge/health.ts';
import type { Log } from '#host/log.ts';

/** Does something that may change the recipes that run, and tells in log and health what came of it. */
export type ChangeRecipes = (change: () => Promise<RecipeChange>) => void;

/** What is refused is told, and the recipes that run stay. Tells at once which they are. */
export function tellRecipes(recipes: RunningRecipes['recipes'], health: Health, log: Log): ChangeRecipes {
  const tell = (): void => health.set('recipes', 'ok', versions(recipes));
  const take = async (change: () => Promise<RecipeChange>): Promise<void> => {
    const before = digests(recipes);
    const fault = await change();
    // What was told before still holds, and may be a refusal.
    if (fault === 'unchanged') return;
    if (fault === null) {
      tell();
      if (digests(recipes) !== before) log.info({ recipes: versions(recipes) }, 'other recipes run');
      return;
    }
    const { code, place, message, wayOut } = fault;
    health.set('recipes', 'warning', `new recipes refused, the old ones run: ${message} (${place})`, wayOut);
    log.error({ code, place, err: fault }, 'new recipes refused; the old ones run');
  };
  tell();
  return (change) =>
    void take(change).catch((error: unknown) => {
      health.set('recipes', 'warning', 'recipes could not be read again; the old ones run', 'See the log.');
      log.error({ err: error }, 'recipes could not be read again; the old ones run');
    });
}

function versions(recipes: RunningRecipes['recipes']): string {
  return Array.from(recipes.values(), ({ recipe }) => `${recipe.id} ${recipe.version}`).join(', ');
}

function digests(recipes: RunningRecipes['recipes']): string {
  return Array.from(recipes.values(), ({ sha256 }) => sha256).join();
}
