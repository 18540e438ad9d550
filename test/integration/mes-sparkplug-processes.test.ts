import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshBroker, hasMosquitto, type BrokerKind } from '../support/broker.ts';
import { freshDatabase, hasPostgres } from '../support/database.ts';
import { hasPostgresPrograms, startPostgresCluster } from '../support/postgres-cluster.ts';
import { silentLog } from '../support/silent-log.ts';
import { listenToSparkplug, valuesOf, type HeardMessage } from '../support/sparkplug-listener.ts';
import { plantDoings } from '../support/sparkplug-plant.ts';
import { spawnProcess } from '../support/spawn-process.ts';

const isPostgresThere = await hasPostgres();
const brokers: readonly BrokerKind[] = hasMosquitto() ? ['Mosquitto', 'aedes'] : ['aedes'];
const waitFor = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 90_000, interval: 50 });
const birthNumbers = (messages: readonly HeardMessage[]): readonly unknown[] =>
  messages.map((message) => valuesOf(message)['bdSeq']);

describe('mes processes that speak Sparkplug', () => {
  let stack = new AsyncDisposableStack();
  afterEach(() => stack.disposeAsync());

  async function plant(brokerKind: BrokerKind, url: string) {
    const broker = stack.use(await freshBroker(brokerKind));
    const database = stack.use(openDatabase({ url, connections: 2, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    const listener = stack.use(await listenToSparkplug(broker.url));
    const start = () =>
      stack.use(
        spawnProcess('mes/main.ts', {
          HAIRLINE_DATABASE_URL: url,
          HAIRLINE_MQTT_URL: broker.url,
          HAIRLINE_MES_SPARKPLUG_GROUP: 'plant',
          HAIRLINE_MES_SPARKPLUG_NODE: 'line1',
        }),
      );
    return { database, listener, start, ...plantDoings(database, listener) };
  }

  it.each(brokers)('leave their death certificate at %s when killed, and count on when started again', async (kind) => {
    stack = new AsyncDisposableStack();
    const server = stack.use(await freshDatabase());
    const { listener, station, inspect, settled, start } = await plant(kind, server.url);
    await station('pcb', 'online');
    const mes = start();
    await inspect('pcb', [1, 2]);
    await settled();
    await mes.kill();
    await waitFor(() => expect(listener.of('NDEATH')).toHaveLength(1));
    expect(birthNumbers(listener.of('NDEATH'))).toEqual(birthNumbers(listener.of('NBIRTH')));
    expect(listener.of('NDEATH')[0]).toMatchObject({ qos: 1, retain: false, seq: null });
    await inspect('pcb', [4]);
    await mes.restart();
    await settled();
    await waitFor(() => expect(listener.of('NBIRTH')).toHaveLength(2));
    expect(birthNumbers(listener.of('NBIRTH'))).toEqual([0, 1]);
    await waitFor(() => expect(valuesOf(listener.of('DDATA').at(-1))).toMatchObject({ 'Count/Pass': 3 }));
  });

  it.runIf(isPostgresThere)('are one session at a time: the next one begins when the first is killed', async () => {
    stack = new AsyncDisposableStack();
    const server = stack.use(await freshDatabase('PostgreSQL'));
    const { listener, station, inspect, settled, start } = await plant(brokers[0] ?? 'aedes', server.url);
    await station('pcb', 'online');
    const first = start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    const second = start();
    await second.ready;
    await inspect('pcb', [1]);
    await settled();
    await sleep(2_000);
    expect(birthNumbers(listener.of('NBIRTH'))).toEqual([0]);
    await first.kill();
    await waitFor(() => expect(listener.of('NBIRTH')).toHaveLength(2));
    await inspect('pcb', [2]);
    await settled();
    expect(birthNumbers(listener.of('NDEATH'))).toEqual([0]);
    expect(birthNumbers(listener.of('NBIRTH'))).toEqual([0, 1]);
    await waitFor(() => expect(valuesOf(listener.of('DDATA').at(-1))).toMatchObject({ 'Count/Pass': 2 }));
  });

  it.runIf(hasPostgresPrograms())('say their death while the database is away, and count nothing twice', async () => {
    stack = new AsyncDisposableStack();
    const cluster = stack.use(await startPostgresCluster());
    const { database, listener, station, inspect, settled, start } = await plant(brokers[0] ?? 'aedes', cluster.url);
    await station('pcb', 'online');
    start();
    await inspect('pcb', [1, 2]);
    await settled();
    await cluster.kill();
    await waitFor(() => expect(listener.of('NDEATH')).toHaveLength(1));
    await cluster.start();
    await vi.waitFor(() => sql`select 1`.execute(database), { timeout: 60_000 });
    await inspect('pcb', [4, 5]);
    await settled();
    await waitFor(() => expect(valuesOf(listener.of('DDATA').at(-1))).toMatchObject({ 'Count/Pass': 4 }));
    expect(birthNumbers(listener.of('NBIRTH'))).toEqual([0, 1]);
    expect(birthNumbers(listener.of('NDEATH'))).toEqual([0]);
  });
});
