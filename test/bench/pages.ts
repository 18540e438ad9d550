import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { percentile, printResult, rounded, type ResultLine } from '../support/result-line.ts';
import { openPage, type PageClient } from './pages/page-client.ts';
import { startBenchPlant, type BenchPlant } from './pages/plant.ts';

const help = `npm run bench -- pages [--pages N] [--seconds S] [--parts-per-second R] [--json]

A store and a dashboard as processes of their own, two stations that send over the broker, and pages that do what the line
page does without drawing: event stream, pictures of each part, health. Some break their connection and come back. First
one page, then all. What each page was told, how long it took, and what it costs the dashboard.

  --pages N              pages open at one time (default 50)
  --seconds S            how long with all of them; a quarter of it with one before (default 120)
  --parts-per-second R   inspections a second (default 10)
`;

/** What is still being filled at the beginning (caches, compiled code) is no growth: the first fifth is left out. */
const settledFrom = 0.2;
const growthUpTo = 1.05;
const delayUpToMs = 200;
const warmUpParts = 1000;
const sampleMs = 1000;
/** Every so many-th page breaks its connection, again and again. */
const dropsEvery = 10;
const dropMs = 7000;
/** After the last part: an update that has not come once no page was told anything for so long is lost. */
const silenceMs = 8000;

interface Run {
  readonly pages: number;
  readonly seconds: number;
  readonly rate: number;
}

interface Seen {
  readonly lost: number;
  readonly twice: number;
  readonly picturesLost: number;
  readonly picturesAPart: number;
  readonly delays: readonly number[];
  /** Of which this much until the store held the part. */
  readonly storeDelays: readonly number[];
  readonly resident: readonly number[];
  readonly processorMsPerPart: number;
  /** What came of the rate that was asked for: a busy machine sends late. */
  readonly partsPerSecond: number;
}

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      pages: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '120' },
      'parts-per-second': { type: 'string', default: '10' },
    },
  });
  const asked = {
    pages: Number(values.pages),
    seconds: Number(values.seconds),
    rate: Number(values['parts-per-second']),
  };
  if (values.help || !Object.values(asked).every((number) => Number.isSafeInteger(number) && number > 0)) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  await using stack = new AsyncDisposableStack();
  const plant = await startBenchPlant(stack);
  await warmUp(plant);
  const one = await follow(plant, { ...asked, pages: 1, seconds: Math.ceil(asked.seconds / 4) });
  const all = await follow(plant, asked);
  const results = judge(asked, one, all);
  results.forEach(printResult);
  return results.some(({ holds }) => holds === false) ? 1 : 0;
}

/** The dashboard remembers its latest thousand events: full from the beginning, they are no growth. */
async function warmUp(plant: BenchPlant): Promise<void> {
  for (let part = 1; part <= warmUpParts; part += 1) {
    plant.sendPart();
    if (part % 50 === 0) await plant.untilStored();
  }
}

/** Opens pages, sends parts at a steady rate, and looks what came of it. */
async function follow(plant: BenchPlant, { pages, seconds, rate }: Run): Promise<Seen> {
  using stack = new DisposableStack();
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const clients: PageClient[] = [];
  let toldAt = performance.now();
  for (let page = 0; page < pages; page += 1) {
    const onEvent = (id: string, since: number): void => {
      toldAt = performance.now();
      const at = sentAt.get(id);
      // What a page missed while it was away comes as late as it came back.
      if (at !== undefined && since < at) delays.push(performance.now() - at);
    };
    clients.push(stack.use(await openPage(plant.url, onEvent)));
  }
  const drops = setInterval(() => clients.forEach((client, page) => page % dropsEvery === 1 && client.drop()), dropMs);
  const resident: number[] = [];
  const samples = setInterval(() => void plant.residentMb().then((mb) => resident.push(mb)), sampleMs);
  stack.defer(() => [drops, samples].forEach(clearInterval));
  const storedBefore = plant.storeDelays().length;
  const processorBefore = await plant.processorMs();
  const startedAt = performance.now();
  for (let part = 0; part < seconds * rate; part += 1) {
    sentAt.set(plant.sendPart(), performance.now());
    await sleep(Math.max(0, startedAt + ((part + 1) * 1000) / rate - performance.now()));
  }
  const sendingMs = performance.now() - startedAt;
  const processorMs = (await plant.processorMs()) - processorBefore;
  [drops, samples].forEach(clearInterval);
  await plant.untilStored();
  const timesTold = () => clients.flatMap((client) => [...sentAt.keys()].map((id) => client.told.get(id) ?? 0));
  const allTold = () => timesTold().every((times) => times > 0);
  while (!allTold() && performance.now() - toldAt < silenceMs) await sleep(250);
  const told = timesTold();
  return {
    lost: told.filter((times) => times === 0).length,
    twice: told.filter((times) => times > 1).length,
    picturesLost: clients.reduce((sum, { pictures }) => sum + pictures.lost, 0),
    picturesAPart: clients.reduce((sum, { pictures }) => sum + pictures.came, 0) / sentAt.size,
    delays,
    storeDelays: plant.storeDelays().slice(storedBefore),
    resident,
    processorMsPerPart: processorMs / sentAt.size,
    partsPerSecond: (sentAt.size * 1000) / sendingMs,
  };
}

function judge({ pages, seconds, rate }: Run, one: Seen, all: Seen): readonly ResultLine[] {
  const on = `${pages} pages, ${rate} parts/s, ${seconds} s`;
  const bare = { case: on, anchor: '', anchorValue: null, ratio: null };
  const none = (name: string, value: number, unit: string): ResultLine => ({
    ...bare,
    name,
    value,
    unit,
    goal: 'none',
    holds: value === 0,
  });
  const beside = (name: string, unit: string, of: (seen: Seen) => number, upTo: number | null = null): ResultLine => ({
    name,
    case: on,
    value: rounded(of(all)),
    unit,
    anchor: 'one page',
    anchorValue: rounded(of(one)),
    ratio: rounded(of(all) / of(one)),
    goal: upTo === null ? '' : `at most ${upTo} ${unit}`,
    holds: upTo === null ? null : of(all) <= upTo,
  });
  return [
    none('updates lost', all.lost + one.lost, 'updates'),
    none('updates told twice', all.twice + one.twice, 'updates'),
    none('pictures that did not come', all.picturesLost + one.picturesLost, 'pictures'),
    ...[0.5, 0.95].flatMap((share) => [
      beside(`from sending to stored, p${share * 100}`, 'ms', ({ storeDelays }) => percentile(storeDelays, share)),
      beside(
        `from sending to event, p${share * 100}`,
        'ms',
        ({ delays }) => percentile(delays, share),
        share === 0.95 ? delayUpToMs : null,
      ),
    ]),
    memory(on, all.resident),
    beside('processor time of the dashboard', 'ms a part', ({ processorMsPerPart }) => processorMsPerPart),
    beside('parts sent', 'parts/s', ({ partsPerSecond }) => partsPerSecond),
    beside('pictures shown', 'pictures a part', ({ picturesAPart }) => picturesAPart),
  ];
}

/** Garbage is collected in strokes: what is kept is what remains after one, so the lowest are compared. */
function memory(on: string, resident: readonly number[]): ResultLine {
  const settled = resident.slice(Math.floor(resident.length * settledFrom));
  const half = Math.floor(settled.length / 2);
  const before = Math.min(...settled.slice(0, half));
  const after = Math.min(...settled.slice(half));
  const ratio = after / before;
  return {
    name: 'memory of the dashboard',
    case: `${on} (most ${rounded(Math.max(...resident))} MB)`,
    value: rounded(after),
    unit: 'MB resident, lowest of the second half',
    anchor: 'lowest of the first half, once settled',
    anchorValue: rounded(before),
    ratio: rounded(ratio),
    goal: `ratio <= ${growthUpTo}`,
    holds: ratio <= growthUpTo,
  };
}
