import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '#detector/seeded-random.ts';
import { hasMosquitto } from '../support/broker.ts';
import { hasPostgresPrograms } from '../support/postgres-cluster.ts';
import { planBlows, type Blow } from './plant/chaos.ts';
import { count } from './plant/count.ts';
import { dealBlows } from './plant/deal-blows.ts';
import { judge } from './plant/judge.ts';
import { catchUpByWebhook, outage } from './plant/outages.ts';
import { startPlant, stations, type RunningPlant } from './plant/start-plant.ts';
import { storm } from './plant/storm.ts';
import { settleMs, until } from './plant/until.ts';

const help = `npm run campaign -- plant [--short] [--parts N] [--kills N] [--cuts N] [--seed N]

Parts from the outboxes of three edge nodes to PostgreSQL and to an MES, on a PostgreSQL and a Mosquitto that the
campaign starts itself. Meanwhile it kills (-9) edge nodes, store, mes, broker and database, cuts the network between
edge and plant, fills the disk of the edge, sets its clock back and sends garbage. Then the database is down for the
time of 1000 parts, and the broker. The webhook of the MES is down all that time; at the end it is opened, and mes is
killed while it catches up. Then it counts. The seed fixes the blows, their order and their lengths.

  --parts N   parts under the blows (default 20000)   --kills N   kills (default 500)
  --cuts N    cuts of the network (default 50)        --seed N    (default 1)
  --short     1500 parts, 24 kills, 6 cuts
  --keep      leave the folder with the logs
`;

const outageParts = 1_000;

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
  const random = seededRandom(Number(values.seed));
  const folder = await mkdtemp(join(tmpdir(), 'hairline-campaign-'));
  try {
    await using plant = await startPlant(folder, perStation);
    return await strike(plant, { perStation, blows: planBlows(plan, random), random });
  } finally {
    if (values.keep) process.stderr.write(`logs: ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

interface Strike {
  readonly perStation: number;
  readonly blows: readonly Blow[];
  readonly random: () => number;
}

async function strike(plant: RunningPlant, { perStation, blows, random }: Strike): Promise<number> {
  const startedAt = performance.now();
  const say = (text: string): void =>
    void process.stderr.write(`${Math.round((performance.now() - startedAt) / 1000)} s: ${text}\n`);
  const noDisk = plant.disk.mounted ? '' : ', no full disks: mounting is not allowed';
  say(`${perStation * stations.length} parts, ${blows.length} blows${noDisk}`);
  const dispositions = await storm(plant, { perStation, blows, deal: dealBlows(plant, random), say });
  const perOutage = Math.ceil(outageParts / stations.length);
  plant.order({ clockOffMs: 0 });
  say(await outage(plant, 'database', perStation + perOutage));
  say(await outage(plant, 'broker', perStation + 2 * perOutage));
  const triggered = (perStation + 2 * perOutage) * stations.length;
  const drained = await until(() => plant.triggered() === triggered && plant.waiting() === 0, settleMs);
  if (!drained) say(`not drained: ${plant.triggered()} parts, ${plant.waiting()} waiting`);
  const counts = await count(plant.database, stations);
  say(await catchUpByWebhook(plant, counts.lastReportNo));
  const { namespaceMes } = plant;
  const reported = await until(() => namespaceMes.gaplessUpTo() >= counts.lastReportNo, settleMs);
  if (!reported) say(`reports seen up to ${namespaceMes.gaplessUpTo()} of ${counts.lastReportNo}`);
  say(JSON.stringify(counts));
  return judge(plant, counts, { triggered, dispositions, blows });
}
