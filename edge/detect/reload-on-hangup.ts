import type { RunningRecipes } from '#edge/detect/load-station-recipes.ts';
import type { ChangeRecipes } from '#edge/detect/tell-recipes.ts';

/** Reads the recipes again on SIGHUP, as daemons do. Disposing takes the handler away. */
export function reloadOnHangup({ reload }: RunningRecipes, change: ChangeRecipes): Disposable {
  const onHangup = (): void => change(reload);
  process.on('SIGHUP', onHangup);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', onHangup) };
}
