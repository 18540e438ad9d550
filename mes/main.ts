import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess } from '#host/run-process.ts';
import { readMesConfig } from '#mes/config.ts';
import { deliverReports } from '#mes/deliver-reports.ts';
import { mqttChannel } from '#mes/mqtt/mqtt-channel.ts';
import { isConnectionError, isMigrated } from '#store/migrate.ts';
import { connectPlant } from '#store/mqtt/connect-plant.ts';
import { openDatabase } from '#store/open-database.ts';
import { retryWhileUnreachable } from '#store/wait-for-database.ts';

/** After this time without a database the parent is told what is missing; the process goes on trying. */
const patienceMs = 10_000;

await runProcess('mes', async ({ log, stop, stack, ready }) => {
  const config = readMesConfig(process.env);
  const url = config.HAIRLINE_DATABASE_URL;
  const database = stack.use(openDatabase({ url, connections: 2, name: 'hairline-mes', log }));
  const client = connectPlant({ url: config.HAIRLINE_MQTT_URL, name: 'hairline-mes', log });
  stack.defer(() => client.endAsync(true));
  const channel = mqttChannel(client, config.HAIRLINE_MES_NAMESPACE, log);
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
    ready({ database: 'ok' });
    try {
      await deliverReports({ database, channel, log, stop, pollMs: 250 });
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      log.warn({ code: 'DATABASE_UNREACHABLE', err: error }, 'the database is gone; reports wait in it');
    }
  }
});
