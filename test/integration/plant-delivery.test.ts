import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import mqtt from 'mqtt';
import { topicFilter, topicOf } from '#edge/topics.ts';
import { countForSummary } from '#store/queries/count-for-summary.ts';
import type { Database } from '#store/database.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshBroker, hasMosquitto, type BrokerKind, type TestBroker } from '../support/broker.ts';
import { freshDatabase, hasPostgres, type DatabaseKind, type TestDatabase } from '../support/database.ts';
import { testMessage, uuidOf } from '../support/inspection-message.ts';
import { sendMessages } from '../support/message-sender.ts';
import { receiveReports } from '../support/report-receiver.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess, type SpawnedProcess } from '../support/spawn-process.ts';

const real: readonly (readonly [DatabaseKind, BrokerKind])[] =
  (await hasPostgres()) && hasMosquitto() ? [['PostgreSQL', 'Mosquitto']] : [];
const plants: readonly (readonly [DatabaseKind, BrokerKind])[] = [...real, ['PGlite', 'aedes']];
const namespace = 'acme/berlin/smt/line1';
const patience = { timeout: 60_000, interval: 100 };

describe.each(plants)('store and mes on %s and %s', (databaseKind, brokerKind) => {
  let server: TestDatabase;
  let broker: TestBroker;
  let database: Database & AsyncDisposable;
  const processes: SpawnedProcess[] = [];

  beforeAll(async () => {
    server = await freshDatabase(databaseKind);
    broker = await freshBroker(brokerKind);
    database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    const environment = {
      HAIRLINE_DATABASE_URL: server.url,
      HAIRLINE_MQTT_URL: broker.url,
      HAIRLINE_MES_NAMESPACE: namespace,
    };
    processes.push(spawnProcess('store/main.ts', environment), spawnProcess('mes/main.ts', environment));
    await Promise.all(processes.map((one) => one.ready));
  });
  afterAll(async () => {
    for (const one of processes) await one[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const messagesOf = (stationId: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      testMessage(index + 1, { stationId, streamId: uuidOf('stream', stationId) }),
    );

  it('says that a sequence is stored only when it is', async () => {
    const messages = messagesOf('late', 30);
    const [first] = messages;
    if (!first) throw new Error('no message');
    const listener = mqtt.connect(broker.url, { protocolVersion: 4 });
    const seen: (readonly [mark: number, stored: number])[] = [];
    listener.on('message', (_, payload) => {
      const { sequence } = JSON.parse(payload.toString()) as { sequence: number };
      const count = database
        .selectFrom('inspection')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('stationId', '=', 'late')
        .where('sequence', '<=', sequence)
        .executeTakeFirstOrThrow();
      void count.then(({ count: stored }) => seen.push([sequence, stored]));
    });
    await listener.subscribeAsync(topicOf({ site: first.site, line: first.line, station: 'late' }, 'mark'), { qos: 1 });
    await using sender = sendMessages(broker.url, first);
    for (const message of messages) sender.push(message);
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([30, 30]), patience);
    expect(seen.filter(([mark, stored]) => mark !== stored)).toEqual([]);
    expect(sender.marks).toEqual(sender.marks.toSorted((a, b) => a - b));
    await listener.endAsync(true);
  });

  it('tells live screens of each inspection', async () => {
    const [first, ...others] = messagesOf('live', 5);
    if (!first) throw new Error('no message');
    const told: string[] = [];
    const listener = mqtt.connect(broker.url, { protocolVersion: 4 });
    listener.on('message', (_, payload) => {
      const notice = JSON.parse(payload.toString()) as { stationId: string; inspectionId: string };
      if (notice.stationId === 'live') told.push(notice.inspectionId);
    });
    await listener.subscribeAsync(topicFilter('stored'), { qos: 1 });
    await using sender = sendMessages(broker.url, first);
    for (const message of [first, ...others]) sender.push(message);
    await vi.waitFor(() => expect(told).toHaveLength(5), patience);
    await listener.endAsync(true);
  });

  it('stores each inspection once and reports each once by its id, over kills of broker, store and mes', async () => {
    const messages = messagesOf('storm', 200);
    const [first] = messages;
    if (!first) throw new Error('no message');
    await using receiver = receiveReports(broker.url, namespace);
    await using sender = sendMessages(broker.url, first);
    for (const [index, message] of messages.entries()) {
      sender.push(message);
      if (index === 50 || index === 150) {
        await broker.kill();
        await broker.start();
      }
      if (index === 90) await processes[0]?.restart();
      if (index === 120) await processes[1]?.restart();
      if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const inspectionIds = messages.map((message) => message.inspectionId);
    await vi.waitFor(() => expect(sender.mark()).toBe(200), patience);
    await vi.waitFor(async () => {
      expect(await countForSummary(database, { inspectionIds })).toEqual({ stored: 200, reported: 200, duplicates: 0 });
    }, patience);
    await vi.waitFor(() => {
      const reports = receiver.reports().filter((report) => report.stationId === 'storm');
      expect(reports.map((report) => report.inspectionId).toSorted()).toEqual(inspectionIds.toSorted());
    }, patience);
    expect(receiver.arrivals()).toBeGreaterThanOrEqual(200);
  });
});
