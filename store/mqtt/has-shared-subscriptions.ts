import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';

const answerWithinMs = 1_000;
/** After the broker has taken the message over. */
const deliverWithinMs = 200;

/**
 * Whether the broker deals the messages of a `$share/group/filter` to the members of the group, one to each. MQTT 3.1.1
 * knows no such thing: a broker without it takes the whole word for a topic, grants the subscription and never sends
 * anything. So a message is sent to a group of one, and what counts is that it comes back. Never rejects: a broker that
 * does not answer, or forbids these topics, is one without.
 */
export async function hasSharedSubscriptions(client: MqttClient): Promise<boolean> {
  const id = randomUUID();
  const topic = `hairline/v1/probe/${id}`;
  const filter = `$share/${id}/${topic}`;
  const came = Promise.withResolvers<boolean>();
  const hear = (heard: string): void => {
    if (heard === topic) came.resolve(true);
  };
  client.on('message', hear);
  const giveUp = (afterMs: number): NodeJS.Timeout => setTimeout(() => came.resolve(false), afterMs);
  const timers = [giveUp(answerWithinMs)];
  const refused = (): void => came.resolve(false);
  const ask = async (): Promise<void> => {
    await client.subscribeAsync(filter, { qos: 0 });
    await client.publishAsync(topic, '', { qos: 1 });
    timers.push(giveUp(deliverWithinMs));
  };
  void ask().catch(refused);
  try {
    return await came.promise;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    client.off('message', hear);
    client.unsubscribe(filter, () => undefined);
  }
}
