import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import type { EdgeConfig } from '#edge/config.ts';
import { loadStationRecipes } from '#edge/detect/load-station-recipes.ts';
import { reloadOnHangup } from '#edge/detect/reload-on-hangup.ts';
import { tellRecipes } from '#edge/detect/tell-recipes.ts';
import type { Health } from '#edge/health.ts';
import type { ShownRecipes } from '#edge/http/recipe-routes.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import { receiveRecipes } from '#edge/mqtt/receive-recipes.ts';
import type { StationPath } from '#edge/topics.ts';
import type { Log } from '#host/log.ts';

/** The recipes of this edge node and the two ways they change by. */
export interface OpenRecipes {
  readonly recipes: StationRecipes;
  readonly shown: ShownRecipes;
  /** Lets approved recipes come in, where there is a key to check them by. */
  receive(client: MqttClient, path: StationPath): void;
}

/** Loads the recipes of folder and approvals; SIGHUP reads them again. @throws FaultError RECIPE_*, MODEL_* */
export async function openRecipes(
  config: EdgeConfig,
  { stack, health, log }: { readonly stack: AsyncDisposableStack; readonly health: Health; readonly log: Log },
): Promise<OpenRecipes> {
  const { HAIRLINE_RECIPE_DIR: recipeDir, HAIRLINE_MODEL_DIR: modelDir, HAIRLINE_RECIPE_KEY: key } = config;
  const approvedFile = key === undefined ? null : join(config.HAIRLINE_DATA_DIR, 'approved-recipes.json');
  const running = await loadStationRecipes({ recipeDir, modelDir, approvedFile }, stack, log);
  const change = tellRecipes(running.recipes, health, log);
  stack.use(reloadOnHangup(running, change));
  return {
    recipes: running.recipes,
    shown: { recipes: running.recipes, approved: running.approved, takesApproved: key !== undefined },
    receive: (client, path) => {
      if (key !== undefined) stack.use(receiveRecipes({ client, path, key, running, change, log }));
    },
  };
}
