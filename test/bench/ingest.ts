import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { topicOf } from '#edge/topics.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { readMessage } from '#store/ingest/read-message.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshBroker } from '../support/broker.ts';
import { freshDatabase, hasPostgres } from '../support/database.ts';
import { testMessage, topicOfMessage, uuidOf } from '../support/inspection-message.ts';
import { printResult, rounded } from '../support/result-line.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess } from '../support/spawn-process.ts';
import { measureQueries } from './ingest/measure-queries.ts';
import { pgbenchScript, rowsOf } from './ingest/pgbench-script.ts';

const help = `npm run bench -- ingest [--inspections N] [--rows N] [--no-queries]

Inspections a second into PostgreSQL: through the broker into a running store, and in batches, beside pgbench inserting
the same rows (one inspection a transaction) in the same run. Then the dashboard's queries over --rows inspections.

  --inspections N   inspections for each way (default 2000; 0: the queries alone)
  --rows N          inspections for the queries (default 1000000)
  --no-queries      leave the queries out
`;

/** Messages that an edge node sends ahead of the mark. */
const unmarkedAtMost = 200;

const pgbench = (process.env['PATH'] ?? '')
  .split(':')
  .map((folder) => join(folder, 'pgbench'))
  .find(existsSync);

/** Needs a real PostgreSQL and pgbench; 2 where one is missing, 1 where a goal does not hold. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      inspections: { type: 'string', default: '2000' },
      rows: { type: 'string', default: '1000000' },
      'no-queries': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (!(await hasPostgres()) || pgbench === undefined) {
    process.stderr.write('bench ingest needs a PostgreSQL (HAIRLINE_TEST_DATABASE_URL) and pgbench\n');
    return 2;
  }
  const held: boolean[] = [];
  await using server = await freshDatabase('PostgreSQL');
  await using database = openDatabase({ url: server.url, connections: 4, name: 'bench', log: silentLog });
  await migrateToLatest(database);
  if (Number(values.inspections) > 0) {
    held.push(...(await measureWays(database, server.url, Number(values.inspections))));
  }
  if (!values['no-queries']) held.push(...(await measureOnFresh(Number(values.rows))));
  return held.every(Boolean) ? 0 : 1;
}

/** In a database of its own: the inspections of the ways share one instant, as no real ones do. */
async function measureOnFresh(rows: number): Promise<readonly boolean[]> {
  await using server = await freshDatabase('PostgreSQL');
  await using database = openDatabase({ url: server.url, connections: 4, name: 'bench', log: silentLog });
  await migrateToLatest(database);
  // Awaited here: the database is closed when this function returns.
  return await measureQueries(database, rows);
}

async function measureWays(database: Database, url: string, count: number): Promise<readonly boolean[]> {
  const perInspection = rowsOf(testMessage(3));
  // Before and after, and the better of the two: the machine may be busy with something else at either time.
  const anchors = [await pgbenchRows(url, count, perInspection)];
  const ways = {
    'through the broker': await throughBroker(url, messages('wire', count)),
    'batches of 1': await inBatches(database, messages('single', count), 1),
    'batches of 50': await inBatches(database, messages('batch', count), 50),
  };
  anchors.push(await pgbenchRows(url, count, perInspection));
  const anchorValue = Math.max(...anchors);
  return Object.entries(ways).map(([name, seconds]) => {
    const value = (count * perInspection) / seconds;
    const ratio = value / anchorValue;
    // One message a transaction is the store at rest, for comparison; under load it writes all that wait.
    const goal = name === 'batches of 1' ? '' : 'ratio >= 0.5';
    const holds = goal === '' ? null : ratio >= 0.5;
    printResult({
      name: 'ingest',
      case: `${name} (${rounded(count / seconds)} inspections/s)`,
      value: rounded(value),
      unit: 'rows/s',
      anchor: 'pgbench, same rows',
      anchorValue: rounded(anchorValue),
      ratio: rounded(ratio),
      goal,
      holds,
    });
    return holds ?? true;
  });
}

function messages(stationId: string, count: number): readonly InspectionMessage[] {
  const streamId = uuidOf('stream', stationId);
  return Array.from({ length: count }, (_, index) => {
    // Every inspection has the rows of a failed one, as those that pgbench inserts.
    const like = testMessage(3, { stationId, streamId });
    const sequence = index + 1;
    const inspectionId = uuidOf('inspection', stationId, sequence);
    return { ...like, sequence, triggerNo: sequence, inspectionId, serial: `${stationId}-${sequence}` };
  });
}

async function inBatches(database: Database, all: readonly InspectionMessage[], size: number): Promise<number> {
  const payloads = all.map((message) => Buffer.from(JSON.stringify(message)));
  const topic = all[0] ? topicOfMessage(all[0]) : '';
  const startedAt = performance.now();
  for (let start = 0; start < payloads.length; start += size) {
    const batch = payloads.slice(start, start + size).map((payload) => readMessage(topic, payload));
    await ingest(database, batch);
  }
  return (performance.now() - startedAt) / 1000;
}

/** Seconds from the first message to the mark of the last, with a broker and a store of their own. */
async function throughBroker(url: string, all: readonly InspectionMessage[]): Promise<number> {
  await using broker = await freshBroker();
  const environment = { HAIRLINE_DATABASE_URL: url, HAIRLINE_MQTT_URL: broker.url, HAIRLINE_LOG_LEVEL: 'warn' };
  await using store = spawnProcess('store/main.ts', environment);
  await store.ready;
  const startedAt = performance.now();
  await sendWithinMark(broker.url, all);
  return (performance.now() - startedAt) / 1000;
}

/** Sends as an edge node does: so many ahead of the mark and no more, since a broker drops what it cannot queue. */
async function sendWithinMark(url: string, all: readonly InspectionMessage[]): Promise<void> {
  const [first] = all;
  if (first === undefined) return;
  const payloads = all.map((message) => JSON.stringify(message));
  const client = await mqtt.connectAsync(url, { protocolVersion: 4 });
  const stored = Promise.withResolvers<void>();
  let [sent, mark] = [0, 0];
  const send = (): void => {
    for (; sent < Math.min(all.length, mark + unmarkedAtMost); sent += 1) {
      client.publish(topicOfMessage(first), payloads[sent] ?? '', { qos: 1 });
    }
  };
  client.on('message', (_, payload) => {
    mark = (JSON.parse(payload.toString()) as { sequence: number }).sequence;
    if (mark >= all.length) stored.resolve();
    send();
  });
  const path = { site: first.site, line: first.line, station: first.stationId };
  await client.subscribeAsync(topicOf(path, 'mark'), { qos: 1 });
  send();
  await stored.promise;
  await client.endAsync(true);
}

/** Rows a second that pgbench reaches with one client and prepared statements. */
async function pgbenchRows(url: string, transactions: number, perInspection: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hairline-bench-'));
  try {
    const script = join(folder, 'inspection.sql');
    await writeFile(script, pgbenchScript(testMessage(3)));
    const options = ['-n', '-c', '1', '-j', '1', '-M', 'prepared', '-t', String(transactions), '-f', script, url];
    const { stdout, stderr, status } = spawnSync(pgbench ?? 'pgbench', options, { encoding: 'utf8' });
    const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    if (status !== 0 || !Number.isFinite(tps)) throw new Error(`pgbench: ${stderr}`);
    return tps * perInspection;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
