import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildPage } from '#line/build-page.ts';
import { openBrowser, noBrowser } from '../support/browser.ts';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { openEventStream } from '../support/event-stream.ts';
import { testMessage, uuidOf } from '../support/inspection-message.ts';
import { loadSeen, partSeen, watchPage, type PageLoad } from './dashboard/watch-page.ts';
import { percentile, printResult, rounded, type ResultLine } from '../support/result-line.ts';

const help = `npm run bench -- dashboard [--stored N] [--parts N] [--screens N] [--rate N]

The dashboard on a store that holds parts already: bytes and time until the line is seen, time from storing a verdict to
its pixels, both by stages, and what every one of many screens gets while parts come.

  --stored N    parts in the store before (default 10000)
  --parts N     parts timed from store to pixel (default 50)
  --screens N   screens open at one time (default 50)
  --rate N      parts a second for them, over 20 s (default 10)
`;

const streamSeconds = 20;
const loadsMeasured = 10;

/** Needs Chromium; 2 where there is none, 1 where a goal does not hold. */
export async function run(args: readonly string[]): Promise<number> {
  const options = { stored: '10000', parts: '50', screens: '50', rate: '10' };
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      stored: { type: 'string', default: options.stored },
      parts: { type: 'string', default: options.parts },
      screens: { type: 'string', default: options.screens },
      rate: { type: 'string', default: options.rate },
    },
  });
  if (values.help || noBrowser !== null) {
    process.stderr.write(values.help ? help : `${noBrowser}\n`);
    return values.help ? 0 : 2;
  }
  await buildPage();
  await using dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
  const address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
  const parts = numberedParts(dashboard);
  for (let stored = 0; stored < Number(values.stored); stored += 100) await parts.store(100);
  const seen = await measurePage(address, dashboard, parts, Number(values.parts));
  const screens = await measureScreens(address, parts, { screens: Number(values.screens), rate: Number(values.rate) });
  const onStored = `${values.stored} parts stored`;
  const onScreens = `${values.screens} screens, ${values.rate} parts/s`;
  const results = [
    result(onStored, { name: 'first load, compressed', value: seen.firstLoadKb, unit: 'kB', upTo: 200 }),
    ...stages(onStored, seen.toUse, 1000),
    ...stages(onStored, seen.times, 200),
    result(onScreens, { name: 'screens that missed a part', value: screens.lost, unit: 'screens', upTo: 0 }),
    result(onScreens, { name: 'heap grown', value: screens.heapGrownMb, unit: 'MB', upTo: null }),
    result(onScreens, { name: 'parts stored', value: screens.partsPerSecond, unit: 'parts/s', upTo: null }),
  ];
  results.forEach(printResult);
  return results.some(({ holds }) => holds === false) ? 1 : 0;
}

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** null: nothing is asked. */
  readonly upTo: number | null;
}

function result(on: string, { name, value, unit, upTo }: Measured): ResultLine {
  const goal = upTo === null ? '' : `at most ${upTo} ${unit}`;
  const holds = upTo === null ? null : value <= upTo;
  return { name, case: on, value, unit, anchor: '', anchorValue: null, ratio: null, goal, holds };
}

interface Parts {
  /** Stores so many more; answers the serial of the last. */
  readonly store: (count: number) => Promise<string>;
}

function numberedParts(dashboard: TestDashboard): Parts {
  let sequence = 0;
  return {
    store: async (count) => {
      const at = Date.now();
      const messages = Array.from({ length: count }, () => {
        sequence += 1;
        const decidedAt = new Date(at + sequence / 1000).toISOString();
        const serial = `P-${String(sequence).padStart(7, '0')}`;
        const own = { inspectionId: uuidOf('bench', sequence), sequence, triggerNo: sequence, serial, decidedAt };
        return { ...testMessage(1 + (sequence % 7)), ...own };
      });
      await dashboard.store(...messages);
      return messages.at(-1)?.serial ?? '';
    },
  };
}

/** Loads the page afresh, again and again, then waits for each part to be painted. */
async function measurePage(address: string, dashboard: TestDashboard, parts: Parts, count: number) {
  const browser = await openBrowser();
  await using _closed = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  await watchPage(page);
  await page.goto(address);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const loads: PageLoad[] = [];
  for (let load = 0; load < loadsMeasured; load += 1) {
    await session.send('Network.clearBrowserCache');
    bytes = 0;
    await page.reload({ waitUntil: 'commit' });
    loads.push(await loadSeen(page));
  }
  const firstLoadKb = rounded(bytes / 1000);
  const toldAt = new Map<string, number>();
  const unfollow = dashboard.feed.subscribe(({ card }) => toldAt.set(card.serial, now()));
  const times: Record<string, number>[] = [];
  for (let part = 0; part < count; part += 1) {
    const sentAt = now();
    const serial = await parts.store(1);
    const storedAt = now();
    const { event, drawn, painted } = await partSeen(page, serial);
    const told = toldAt.get(serial) ?? storedAt;
    times.push({
      'committing it': storedAt - sentAt,
      'the feed reading it': told - storedAt,
      'the event reaching the page': event - told,
      'drawing it': drawn - event,
      'painting it': painted - drawn,
      'from storing to pixel': painted - sentAt,
    });
    await sleep(100);
  }
  unfollow();
  const toUse = loads.map(({ scripts, overview, draw }) => ({
    'page and scripts': scripts,
    'the overview': overview,
    'drawing the line': draw,
    'until the line is seen': scripts + overview + draw,
  }));
  return { firstLoadKb, toUse, times };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** p50 and p95 of each stage; the last of them is the whole. */
function stages(on: string, times: readonly Record<string, number>[], upTo: number): readonly ResultLine[] {
  const names = Object.keys(times[0] ?? {});
  return names.flatMap((name, index) =>
    [0.5, 0.95].map((share) => {
      const value = rounded(
        percentile(
          times.map((one) => one[name] ?? Number.NaN),
          share,
        ),
      );
      const isGoal = index === names.length - 1 && share === 0.95;
      return result(on, { name: `${name}, p${share * 100}`, value, unit: 'ms', upTo: isGoal ? upTo : null });
    }),
  );
}

/** Opens event streams, stores parts at a steady rate, and counts what each stream got. */
async function measureScreens(
  address: string,
  parts: Parts,
  { screens, rate }: { readonly screens: number; readonly rate: number },
) {
  const streams = await Promise.all(
    Array.from({ length: screens }, () => openEventStream(`${address}/api/v1/live`, withToken)),
  );
  const count = rate * streamSeconds;
  const got = streams.map(async (stream) => {
    const ids = new Set<string | null>();
    while (ids.size < count) ids.add((await stream.next('inspection')).id);
    return ids.size;
  });
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  for (let part = 0; part < count; part += 1) {
    await parts.store(1);
    await sleep(Math.max(0, startedAt + ((part + 1) * 1000) / rate - performance.now()));
  }
  const deadline = sleep(10_000).then(() => 0);
  const received = await Promise.all(got.map((one) => Promise.race([one, deadline])));
  for (const stream of streams) await stream[Symbol.asyncDispose]();
  return {
    lost: received.filter((ids) => ids < count).length,
    partsPerSecond: rounded((count * 1000) / (performance.now() - startedAt)),
    heapGrownMb: rounded((process.memoryUsage().heapUsed - heapBefore) / 1_000_000),
  };
}
