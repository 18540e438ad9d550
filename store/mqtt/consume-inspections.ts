import { once } from 'node:events';
import type { MqttClient } from 'mqtt';
import { abortable } from '#host/abortable.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import type { Log } from '#host/log.ts';
import { parseTopic, topicFilter } from '#edge/topics.ts';
import type { Database } from '#store/database.ts';
import type { Ingested } from '#store/ingest/ingest.ts';
import { createIngestQueue } from '#store/ingest/ingest-queue.ts';
import { readMessage } from '#store/ingest/read-message.ts';
import { connectPlant } from '#store/mqtt/connect-plant.ts';
import { hasSharedSubscriptions } from '#store/mqtt/has-shared-subscriptions.ts';
import { publishMarks, publishStored } from '#store/mqtt/publish-notices.ts';
import { publishRecipes } from '#store/mqtt/publish-recipes.ts';
import { currentMarks } from '#store/queries/current-marks.ts';

export interface ConsumerOptions {
  readonly broker: BrokerAddress;
  readonly database: Database;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** What approved recipes are signed with; null: they are sent to nobody. */
  readonly recipeKey: string | null;
  /** Called at every connection, once the subscription stands. */
  readonly subscribed?: () => void;
}

// Enough for one commit to serve many, little enough to be sent again after a kill. An acknowledgement promises nothing
// by itself: what counts is the mark.
const batchAtMost = 100;
const recipesPollMs = 1_000;
const waitingAtMost = { messages: 200, bytes: 16 * 1024 * 1024 };

/**
 * Takes the inspections of every station from the broker: stores what has come in one transaction, then says so by the
 * mark. The client reads on while there is room, so nothing piles up here. Returns when told to stop; throws what the database throws,
 * after closing the connection: what was not stored is sent again by its edge node.
 */
export async function consumeInspections(options: ConsumerOptions): Promise<void> {
  const { database, log, stop } = options;
  using stack = new DisposableStack();
  const client = connectPlant({ broker: options.broker, name: 'hairline-store', log });
  const { recipeKey: key } = options;
  if (key !== null) stack.use(publishRecipes({ client, database, key, log, pollMs: recipesPollMs }));
  const failure = new AbortController();
  client.on('connect', () => void subscribe(client, options).catch((error: unknown) => failure.abort(error)));
  const queue = createIngestQueue({
    database,
    committed: (ingested) => tell(client, ingested, log),
    failed: (error) => failure.abort(error),
    batchAtMost,
    waitingAtMost,
  });
  client.handleMessage = (packet, acknowledge) => {
    // The question whether the broker shares comes back on a topic that is nobody's.
    if (parseTopic(packet.topic) === null) return acknowledge();
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    void queue.push(readMessage(packet.topic, payload)).then(() => acknowledge());
  };
  try {
    await abortable(once(failure.signal, 'abort', { signal: stop }), stop).catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
    if (failure.signal.aborted) throw failure.signal.reason;
  } finally {
    // Notices that are on their way may leave; a broker that hangs must not hold the process.
    await Promise.race([client.endAsync(failure.signal.aborted), new Promise((done) => setTimeout(done, 1_000))]);
  }
}

async function subscribe(client: MqttClient, { database, log, subscribed }: ConsumerOptions): Promise<void> {
  const shared = await hasSharedSubscriptions(client);
  const filter = shared ? `$share/hairline-store/${topicFilter('inspection')}` : topicFilter('inspection');
  const grants = await client.subscribeAsync(filter, { qos: 1 }).catch((error: unknown) => {
    // The connection went meanwhile; the next one subscribes again.
    log.warn({ err: error, filter }, 'subscription not made');
    return [];
  });
  if (grants.length === 0) return;
  log.info({ filter }, shared ? 'subscribed; several stores share the work' : 'subscribed');
  publishMarks(client, await currentMarks(database), log);
  subscribed?.();
}

function tell(client: MqttClient, { stored, duplicates, deadLetters, marks }: Ingested, log: Log): void {
  publishMarks(client, marks, log);
  publishStored(client, stored, log);
  for (const { message } of stored) {
    const { stationId, serial, attempt, verdict, inspectionId, sequence } = message;
    log.info({ stationId, serial, attempt, verdict, inspectionId, sequence }, 'inspection stored');
  }
  if (duplicates > 0) log.debug({ duplicates }, 'stored before');
  for (const { topic, reason, detail, payloadSha256 } of deadLetters) {
    log.warn({ topic, reason, detail, payloadSha256 }, 'message set aside as a dead letter');
  }
}
