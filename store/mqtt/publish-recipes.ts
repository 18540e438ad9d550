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

type Head = Awaited<ReturnType<typeof approvalHeads>>[number];

/**
 * Tells each station which recipes were approved for it: retained, so that an edge node that was away gets them when it
 * comes back, and anew at every connection, as a broker may have forgotten them.
 */
export function publishRecipes({ client, database, key, log, pollMs }: PublishRecipesOptions): Disposable {
  const told = new Map<string, number>();
  let looks: Promise<void> | null = null;
  const troubles = new Map<string, string>();
  const tell = async ({ site, line, stationId, approvalNo }: Head): Promise<void> => {
    const topic = topicOf({ site, line, station: stationId }, 'recipes');
    if (told.get(topic) === approvalNo) return;
    const approved = await approvedRecipes(database, stationId);
    const recipes = approved.map(({ recipeId, sha256, yaml }) => ({ recipeId, sha256, text: yaml }));
    // Another may have been approved between the two questions: the number goes with the texts.
    const content = { approvalNo: Math.max(...approved.map((one) => one.approvalNo)), recipes };
    const signature = signRecipes(topic, content, key);
    const message: RecipesMessage = { schemaVersion: 1, stationId, ...content, signature };
    await client.publishAsync(topic, JSON.stringify(message), { qos: 1, retain: true });
    told.set(topic, content.approvalNo);
    troubles.delete(stationId);
    log.info({ stationId, approvalNo: content.approvalNo }, 'approved recipes sent');
  };
  /** Once for each reason: it is tried again every few seconds. */
  const tellTrouble = (who: string, error: unknown): void => {
    if (troubles.get(who) === String(error)) return;
    troubles.set(who, String(error));
    log.warn({ station: who, err: error }, 'approved recipes not sent; tried again until they are');
  };
  const look = async (): Promise<void> => {
    // One station that cannot be told does not keep the others waiting.
    for (const head of await approvalHeads(database))
      await tell(head).catch((error: unknown) => tellTrouble(head.stationId, error));
  };
  const lookNow = (): void => {
    if (!client.connected) return;
    looks ??= look()
      .catch((error: unknown) => tellTrouble('all', error))
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
