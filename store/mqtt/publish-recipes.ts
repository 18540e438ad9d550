import type { MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { signRecipes } from '#edge/message-signature.ts';
import type { RecipesMessage } from '#edge/messages.schema.ts';
import { topicOf } from '#edge/topics.ts';
import type { Database } from '#store/database.ts';
import { approvalHeads, approvedRecipes } from '#store/recipes/approved-recipes.ts';

export interface PublishRecipesOptions {
  readonly client: MqttClient;
  readonly database: Database;
  /** Setting HAIRLINE_RECIPE_KEY. */
  readonly key: string;
  readonly log: Log;
  readonly pollMs: number;
}

/**
 * Tells each station which recipes were approved for it: retained, so that an edge node that was away gets them when it
 * comes back, and anew at every connection, as a broker may have forgotten them.
 */
export function publishRecipes({ client, database, key, log, pollMs }: PublishRecipesOptions): Disposable {
  const told = new Map<string, number>();
  let looks: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    for (const { site, line, stationId, approvalNo } of await approvalHeads(database)) {
      const topic = topicOf({ site, line, station: stationId }, 'recipes');
      if (told.get(topic) === approvalNo) continue;
      const approved = await approvedRecipes(database, stationId);
      const recipes = approved.map(({ recipeId, sha256, yaml }) => ({ recipeId, sha256, text: yaml }));
      // Another may have been approved between the two questions: the number goes with the texts.
      const content = { approvalNo: Math.max(...approved.map((one) => one.approvalNo)), recipes };
      const signature = signRecipes(topic, content, key);
      const message: RecipesMessage = { schemaVersion: 1, stationId, ...content, signature };
      await client.publishAsync(topic, JSON.stringify(message), { qos: 1, retain: true });
      told.set(topic, content.approvalNo);
      log.info({ stationId, approvalNo: content.approvalNo }, 'approved recipes sent');
    }
  };
  const lookNow = (): void => {
    if (!client.connected) return;
    looks ??= look()
      .catch((error: unknown) => log.debug({ err: error }, 'approved recipes not sent; tried again'))
      .finally(() => (looks = null));
  };
  const onConnect = (): void => {
    told.clear();
    lookNow();
  };
  client.on('connect', onConnect);
  const timer = setInterval(lookNow, pollMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      client.off('connect', onConnect);
    },
  };
}
