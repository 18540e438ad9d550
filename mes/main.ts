import { setTimeout as sleep } from 'node:timers/promises';
import { brokerAddress } from '#host/broker-settings.ts';
import type { Log } from '#host/log.ts';
import { runProcess } from '#host/run-process.ts';
import { readMesConfig, type MesConfig } from '#mes/config.ts';
import { deliverReports, type Channel } from '#mes/deliver-reports.ts';
import { holdElection } from '#mes/hold-election.ts';
import { mqttChannel } from '#mes/mqtt/mqtt-channel.ts';
import { createEdgeNode, type EdgeNode } from '#mes/sparkplug/edge-node.ts';
import { webhookChannel } from '#mes/webhook/webhook-channel.ts';
import type { Database } from '#store/database.ts';
import { isConnectionError } from '#store/connection-error.ts';
import { isMigrated } from '#store/migrate.ts';
import { connectPlant } from '#store/mqtt/connect-plant.ts';
import { openDatabase } from '#store/open-database.ts';
import { retryWhileUnreachable } from '#store/retry-while-unreachable.ts';

/** After this time without a database the parent is told what is missing; the process goes on trying. */
const patienceMs = 10_000;
const pollMs = 250;

await runProcess('mes', async ({ log, stop, stack, ready }) => {
  const config = readMesConfig(process.env);
  const url = config.HAIRLINE_DATABASE_URL;
  const database = stack.use(openDatabase({ url, connections: 4, name: 'hairline-mes', log }));
  const client = connectPlant({ broker: brokerAddress(config), name: 'hairline-mes', log });
  stack.defer(() => client.endAsync(true));
  const nodes = sparkplugOf(config, database, log);
  const channels = [
    mqttChannel(client, config.HAIRLINE_MES_NAMESPACE, log),
    ...webhookOf(config),
    ...nodes.map((node) => node.channel),
  ];
  const late = setTimeout(() => ready({ database: 'unreachable' }), patienceMs);
  stack.defer(() => clearTimeout(late));

  while (!stop.aborted) {
    await retryWhileUnreachable(
      async () => {
        // The store makes the tables.
        while (!(await isMigrated(database))) await sleep(500, undefined, { signal: stop });
      },
      { log, stop, url },
    );
    clearTimeout(late);
    ready({ database: 'ok', channels: channels.map((channel) => channel.name) });
    try {
      await holdElection({ database, log, stop, pollMs: 1_000 }, async (elected) => {
        await together(elected, (signal) => [
          ...channels.map((channel) => deliverReports({ database, channel, log, stop: signal, pollMs })),
          ...nodes.map((node) => node.run(signal)),
        ]);
      });
    } catch (error) {
      stop.throwIfAborted();
      if (!isConnectionError(error) && !(error instanceof Error && error.name === 'AbortError')) throw error;
      log.warn({ code: 'DATABASE_UNREACHABLE', err: error }, 'the database is gone; reports wait in it');
    }
  }
});

function webhookOf(config: MesConfig): readonly Channel[] {
  const { HAIRLINE_MES_WEBHOOK_URL: url, HAIRLINE_MES_WEBHOOK_SECRET: secret } = config;
  if (url === undefined || secret === undefined) return [];
  return [webhookChannel({ url, secret, now: Date.now, timeoutMs: 15_000 })];
}

function sparkplugOf(config: MesConfig, database: Database, log: Log): readonly EdgeNode[] {
  const { HAIRLINE_MES_SPARKPLUG_GROUP: group, HAIRLINE_MES_SPARKPLUG_NODE: node } = config;
  if (group === undefined || node === undefined) return [];
  const ids = { group, node, host: config.HAIRLINE_MES_SPARKPLUG_HOST ?? null };
  return [createEdgeNode({ broker: brokerAddress(config), ids, database, log, now: Date.now })];
}

/** Runs works side by side; when one ends with an error the others are stopped, and that error is thrown. */
async function together(stop: AbortSignal, start: (signal: AbortSignal) => readonly Promise<void>[]): Promise<void> {
  const failed = new AbortController();
  const works = start(AbortSignal.any([stop, failed.signal]));
  const first = Promise.withResolvers<void>();
  for (const work of works) work.catch(first.reject);
  try {
    await Promise.race([first.promise, Promise.all(works)]);
  } finally {
    failed.abort();
    await Promise.allSettled(works);
  }
}
