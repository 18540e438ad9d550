import type { MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import type { RunningRecipes } from '#edge/detect/load-station-recipes.ts';
import type { ChangeRecipes } from '#edge/detect/tell-recipes.ts';
import { isSigned } from '#edge/message-signature.ts';
import { recipesMessageSchema } from '#edge/messages.schema.ts';
import { topicOf, type StationPath } from '#edge/topics.ts';

export interface ReceiveOptions {
  readonly client: MqttClient;
  readonly path: StationPath;
  /** Setting HAIRLINE_RECIPE_KEY. */
  readonly key: string;
  readonly running: Pick<RunningRecipes, 'approve'>;
  readonly change: ChangeRecipes;
  readonly log: Log;
}

/**
 * Takes the recipes that two people approved for this station, which the store keeps at the broker. What bears no
 * signature made with the key is nobody's approval: it is told in the log, and nothing changes.
 */
export function receiveRecipes({ client, path, key, running, change, log }: ReceiveOptions): Disposable {
  const topic = topicOf(path, 'recipes');
  const onConnect = (): void => {
    client.subscribe(topic, { qos: 1 }, (error) => {
      if (error) log.warn({ err: error }, 'approved recipes not subscribed; they come with the next connection');
    });
  };
  const onMessage = (received: string, payload: Uint8Array): void => {
    if (received !== topic) return;
    const message = recipesMessageSchema.safeParse(parseJson(Buffer.from(payload).toString('utf8')));
    if (!message.success) return log.warn({ err: message.error }, 'approved recipes not understood');
    if (!isSigned(topic, message.data, key))
      return log.error({ topic }, 'recipes that are not signed with HAIRLINE_RECIPE_KEY; nothing changes');
    const { approvalNo, recipes } = message.data;
    change(() => running.approve({ approvalNo, recipes }));
  };
  client.on('connect', onConnect).on('message', onMessage);
  if (client.connected) onConnect();
  return { [Symbol.dispose]: () => void client.off('connect', onConnect).off('message', onMessage) };
}
