import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { appendDisposition } from '#store/append-disposition.ts';
import { openDatabase } from '#store/open-database.ts';
import { listInspections } from '#store/queries/list-inspections.ts';
import { freshBroker, hasMosquitto } from '../support/broker.ts';
import { hasPostgresPrograms, startPostgresCluster } from '../support/postgres-cluster.ts';
import { receiveReports } from '../support/report-receiver.ts';
import { printResult } from '../support/result-line.ts';
import { silentLog } from '../support/silent-log.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import { planBlows, type Blow } from './plant/chaos.ts';
import { count, type Counts } from './plant/count.ts';
import { keepAlive, type KeptProcess } from './plant/keep-alive.ts';
import { mountSmallDisk } from './plant/small-disk.ts';

const help = `npm run campaign -- plant [--short] [--parts N] [--kills N] [--cuts N] [--seed N]

Parts from the outboxes of three edge nodes to PostgreSQL and to an MES, on a PostgreSQL and a Mosquitto that the
campaign starts itself. Meanwhile it kills (-9) edge nodes, store, mes, broker and database, cuts the network between
edge and plant, fills the disk of the edge and sends garbage. At the end it counts. The seed fixes the order of blows.

  --parts N   parts in all (default 20000)        --kills N   kills (default 500)
  --cuts N    cuts of the network (default 50)    --seed N    (default 1)
  --short     1500 parts, 24 kills, 6 cuts
  --keep      leave the folder with the logs
`;

const stations = ['north', 'middle', 'south'];
const namespace = 'campaign/site/area/line1';
const settleMs = 300_000;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      short: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      parts: { type: 'string' },
      kills: { type: 'string' },
      cuts: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (!hasMosquitto() || !hasPostgresPrograms()) {
    process.stderr.write('campaign plant needs the programs of PostgreSQL and Mosquitto\n');
    return 2;
  }
  const whole = (text: string | undefined, short: number, long: number): number =>
    Number(text ?? (values.short ? short : long));
  const perStation = Math.ceil(whole(values.parts, 1_500, 20_000) / stations.length);
  const plan = { kills: whole(values.kills, 24, 500), cuts: whole(values.cuts, 6, 50) };
  const folder = await mkdtemp(join(tmpdir(), 'hairline-campaign-'));
  try {
    return await strike({ folder, perStation, random: seededRandom(Number(values.seed)), ...plan });
  } finally {
    if (values.keep) process.stderr.write(`logs: ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

interface Campaign {
  readonly folder: string;
  readonly perStation: number;
  readonly random: () => number;
  readonly kills: number;
  readonly cuts: number;
}

async function strike({ folder, perStation, random, kills, cuts }: Campaign): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const server = stack.use(await startPostgresCluster());
  const broker = stack.use(await freshBroker('Mosquitto'));
  const proxy = stack.use(await startProxy(broker.url.replace('mqtt:', 'opc.tcp:')));
  const edgeUrl = proxy.url.replace('opc.tcp:', 'mqtt:');
  const edgeDir = join(folder, 'edges');
  mkdirSync(edgeDir);
  const disk = stack.use(mountSmallDisk(edgeDir, 64 + Math.ceil(perStation / 200)));
  const database = stack.use(openDatabase({ url: server.url, connections: 2, name: 'campaign', log: silentLog }));
  const environment = {
    HAIRLINE_DATABASE_URL: server.url,
    HAIRLINE_MQTT_URL: broker.url,
    HAIRLINE_MES_NAMESPACE: namespace,
  };
  const keep = (script: string, name: string, more: object = {}): KeptProcess =>
    stack.use(keepAlive({ script, logFile: join(folder, `${name}.log`), environment, ...more }));
  const store = keep('store/main.ts', 'store');
  const mes = keep('mes/main.ts', 'mes', {
    environment: {
      HAIRLINE_DATABASE_URL: server.url,
      HAIRLINE_MQTT_URL: broker.url,
      HAIRLINE_MES_NAMESPACE: namespace,
    },
  });
  let target = 0;
  const edges = stations.map((station) =>
    keep('test/campaign/plant/edge-node.ts', `edge-${station}`, {
      args: [station, join(edgeDir, station), edgeUrl],
      environment: {},
      onReady: (send: (message: object) => void) => send({ kind: 'target', target }),
    }),
  );
  const receiver = stack.use(receiveReports(broker.url, namespace));
  const garbage = mqtt.connect(broker.url, { protocolVersion: 4, reconnectPeriod: 200 });
  garbage.on('error', () => undefined);
  stack.defer(() => garbage.endAsync(true));
  const sum = (key: string): number => edges.reduce((total, edge) => total + Number(edge.last()[key] ?? Infinity), 0);

  const deal: Readonly<Record<Blow, () => Promise<void>>> = {
    edge: async () => edges[Math.floor(random() * edges.length)]?.kill(),
    store: async () => store.kill(),
    mes: async () => mes.kill(),
    broker: async () => {
      await broker.kill();
      await sleep(random() * 400);
      await broker.start();
    },
    database: async () => {
      await server.kill();
      await sleep(random() * 400);
      await server.start();
    },
    cut: async () => {
      proxy.onData = () => 'cut';
      proxy.cut();
      await sleep(100 + random() * 900);
      proxy.onData = null;
    },
    garbage: async () => {
      const bytes = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
      garbage.publish(`hairline/v1/demo/line1/${stations[0]}/inspection`, bytes, { qos: 1 });
    },
    'disk-full': async () => {
      disk.fill();
      await sleep(500 + random() * 1_000);
      disk.empty();
    },
  };

  const blows = planBlows({ kills, cuts }, random);
  const done = new Map<Blow, number>();
  const startedAt = performance.now();
  let dispositions = 0;
  say(
    `${perStation * stations.length} parts, ${blows.length} blows${disk.mounted ? '' : ', no full disks: mounting is not allowed'}`,
  );
  for (const [index, blow] of blows.entries()) {
    target = Math.ceil((perStation * (index + 1)) / blows.length);
    for (const edge of edges) edge.send({ kind: 'target', target });
    await sleep(30 + random() * 150);
    await deal[blow]();
    done.set(blow, (done.get(blow) ?? 0) + 1);
    // Now and then the plant comes to itself: else blows would only ever meet processes that are starting.
    if (index % 5 !== 4) continue;
    await until(() => sum('triggered') >= (target - 50) * stations.length && sum('waiting') <= 300, settleMs);
    dispositions += await disposeOfLatest(database);
    say(`${index + 1} of ${blows.length} blows, ${sum('triggered')} parts, ${sum('waiting')} not yet stored`);
  }
  const triggered = perStation * stations.length;
  const drained = await until(() => sum('triggered') === triggered && sum('waiting') === 0, settleMs);
  if (!drained) say(`not drained: ${sum('triggered')} parts, ${sum('waiting')} waiting`);
  const counts = await count(database);
  const reported = await until(() => receiver.gaplessUpTo() >= counts.lastReportNo, settleMs);
  if (!reported) say(`reports seen up to ${receiver.gaplessUpTo()} of ${counts.lastReportNo}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const restarts = { store: store.starts() - 1, mes: mes.starts() - 1, edge: edges.map((edge) => edge.starts() - 1) };
  say(`${seconds} s; ${JSON.stringify({ blows: Object.fromEntries(done), restarts, counts, appended: dispositions })}`);
  const received = receiver.reports();
  say(`reports on the wire: ${receiver.arrivals()}, of these ${receiver.arrivals() - received.length} repeated`);
  return judge(counts, { triggered, received: new Set(received.map((report) => report.reportId)).size, dispositions });
}

/** Appends a disposition to the latest inspection; 0 where the database is away just now. */
async function disposeOfLatest(database: Parameters<typeof listInspections>[0]): Promise<number> {
  try {
    const [latest] = (await listInspections(database, { limit: 1 })).inspections;
    if (!latest) return 0;
    const decided = { disposition: 'hold', verified: null, reason: 'campaign', decidedBy: 'campaign' } as const;
    const { inspectionId } = latest;
    const answer = await appendDisposition(database, { dispositionId: randomUUID(), inspectionId, ...decided });
    return answer === 'appended' ? 1 : 0;
  } catch {
    return 0;
  }
}

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const endAt = performance.now() + withinMs;
  while (performance.now() < endAt) {
    if (holds()) return true;
    await sleep(100);
  }
  return false;
}

interface Outside {
  readonly triggered: number;
  readonly received: number;
  readonly dispositions: number;
}

function judge(counts: Counts, { triggered, received, dispositions }: Outside): number {
  const rows: readonly (readonly [string, number, string, number])[] = [
    ['inspections stored', counts.stored, 'parts triggered', triggered],
    ['triggers stored', counts.triggers, 'parts triggered', triggered],
    ['receipts', counts.receipts, 'inspections stored', counts.stored],
    ['streams', counts.streams, 'edge nodes', stations.length],
    ['streams with a gap', counts.streamsWithGap, 'none', 0],
    ['inspections with a report', counts.reportedInspections, 'inspections stored', counts.stored],
    ['dispositions with a report', counts.reportedDispositions, 'dispositions', counts.dispositions],
    ['report ids', counts.reports, 'inspections and dispositions', counts.stored + counts.dispositions],
    ['report ids that the MES has', received, 'report ids', counts.reports],
  ];
  let held = dispositions > 0 && counts.dispositions >= dispositions;
  for (const [name, value, anchor, anchorValue] of rows) {
    const holds = value === anchorValue;
    held &&= holds;
    const ratio = anchorValue === 0 ? null : value / anchorValue;
    printResult({ name: 'plant', case: name, value, unit: '', anchor, anchorValue, ratio, goal: 'equal', holds });
  }
  return held ? 0 : 1;
}
