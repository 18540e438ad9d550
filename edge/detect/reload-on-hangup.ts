import type { RunningRecipes } from '#edge/detect/load-station-recipes.ts';
import type { Health } from '#edge/health.ts';
import type { Log } from '#host/log.ts';

/**
 * Reads the recipes again on SIGHUP, as daemons do. What is refused is told in log and health, and the recipes that run
 * stay. Disposing takes the handler away.
 */
export function reloadOnHangup({ recipes, reload }: RunningRecipes, health: Health, log: Log): Disposable {
  const tell = (): void => health.set('recipes', 'ok', versions(recipes));
  const take = async (): Promise<void> => {
    const fault = await reload();
    if (fault === null) {
      tell();
      log.info({ recipes: versions(recipes) }, 'recipes read again');
      return;
    }
    const { code, place, message, wayOut } = fault;
    health.set('recipes', 'warning', `new recipes refused, the old ones run: ${message}`, wayOut);
    log.error({ code, place, err: fault }, 'new recipes refused; the old ones run');
  };
  const onHangup = (): void =>
    void take().catch((error: unknown) => {
      health.set('recipes', 'warning', 'recipes could not be read again; the old ones run', 'See the log.');
      log.error({ err: error }, 'recipes could not be read again; the old ones run');
    });
  tell();
  process.on('SIGHUP', onHangup);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', onHangup) };
}

function versions(recipes: RunningRecipes['recipes']): string {
  return Array.from(recipes.values(), ({ recipe }) => `${recipe.id} ${recipe.version}`).join(', ');
}
