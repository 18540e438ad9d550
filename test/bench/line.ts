import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { percentile, printResult, rounded } from '../support/result-line.ts';
import { bareTimes } from './line/bare-trips.ts';
import { runCycles, type Cycle, type CycleRun } from './line/run-cycles.ts';
import { syncTimes } from './line/sync-times.ts';

const help = `npm run bench -- line [--cycles N] [--disk N] [--large N] [--hanging N] [--interval-ms N] [--json]

From the PLC's request to its acknowledgement of OK or NG, over OPC UA: a station with its camera, an edge node without a
model and a PLC, each a process of its own. It begins with the scan in which the PLC decides to ask, and ends with the scan in
which it reads the result and moves its gate. Beyond inference is all of that but the detector and the reviewer: the way of
request and picture, decoding and checking the picture, evidence and verdict on disk, the way of the result, the cycle of the
PLC. Decoding and checking is shown for itself too; inference takes no time here.

The verdict is synced to disk before the line hears of it; so that a slow disk can be told from slow work, the first run keeps it
in memory (/dev/shm, where there is one), the second on the disk of the temporary folder, beside what a bare sync takes there.
Then frames of 12 MP on that disk, and a reviewer that takes every question and never answers.

Before the first run each step that no cycle can do without is done alone, with nobody else connected: round trips over OPC UA
and the decoder. A cycle is made of one that writes the data, one that reads the inputs of the PLC, three halves (request,
picture, ready) and one decoding: the sum is the least that a cycle takes on this machine.

  --cycles N       parts of 640x640 in memory (default 10000)
  --disk N         parts of 640x640 on the disk (default 1000)
  --large N        parts of 4000x3000 (default 1000)
  --hanging N      parts with the hanging reviewer (default 200)
  --interval-ms N  from one request to the next at 640x640 in memory (default 20; where a part cannot be through by then it is
                   the queue before the result nodes that is measured)
`;

const [small, large] = [
  { widthPx: 640, heightPx: 640 },
  { widthPx: 4000, heightPx: 3000 },
];
const goalMs = 5;

/** 1 where a goal does not hold. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      json: { type: 'boolean' },
      cycles: { type: 'string', default: '10000' },
      disk: { type: 'string', default: '1000' },
      large: { type: 'string', default: '1000' },
      hanging: { type: 'string', default: '200' },
      'interval-ms': { type: 'string', default: '20' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const asked = [values.cycles, values.disk, values.large, values.hanging].map(Number);
  const [inMemory = 0, onDisk = 0, ofLarge = 0, hanging = 0] = asked;
  const held: boolean[] = [];
  const measure = async (on: string, data: string, run: Omit<CycleRun, 'folder'>): Promise<void> => {
    if (run.cycles > 0) held.push(report(on, await cyclesIn(data, memory, run), run.cycles));
  };
  if (inMemory > 0) await inFolder(memory, reportBare);
  const intervalMs = Number(values['interval-ms']);
  await measure('640x640 in memory', memory, { ...small, intervalMs, cycles: inMemory, reviewerUrl: null });
  if (onDisk + ofLarge > 0) await reportSync();
  await measure('640x640 on disk', tmpdir(), { ...small, intervalMs: 60, cycles: onDisk, reviewerUrl: null });
  await measure('12 MP on disk', tmpdir(), { ...large, intervalMs: 150, cycles: ofLarge, reviewerUrl: null });
  await using reviewer = await startHangingServer();
  const waiting = { ...small, intervalMs: 500, cycles: hanging, reviewerUrl: reviewer.url };
  await measure('640x640 in memory, reviewer hangs', memory, waiting);
  return held.every(Boolean) ? 0 : 1;
}

function cyclesIn(data: string, memory: string, run: Omit<CycleRun, 'folder'>): Promise<readonly Cycle[]> {
  return inFolder(data, (ofEdge) => inFolder(memory, (ofLine) => runCycles({ ...run, folder: { ofEdge, ofLine } })));
}

/** Works in a folder that is gone afterwards. */
async function inFolder<Result>(parent: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(parent, 'hairline-bench-line-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function reportBare(folder: string): Promise<void> {
  const times = await bareTimes(folder, [small.widthPx, small.heightPx], 300);
  const names = {
    level: 'a bare round trip that writes a level',
    data: 'a bare round trip that writes the data of a result',
    inputs: 'a bare round trip that reads the inputs of the PLC',
    decoding: 'decoding a picture of 640x640 alone',
  };
  const leastMs = (share: number): number => {
    const { level, data, inputs, decoding } = times;
    const whole = [data, inputs, decoding].reduce((sum, values) => sum + percentile(values, share), 0);
    return whole + 1.5 * percentile(level, share);
  };
  for (const [name, text] of Object.entries(names)) {
    const values = times[name as keyof typeof names];
    const on = `${text} (p50 ${rounded(percentile(values, 0.5))}, max ${rounded(Math.max(...values))} ms)`;
    print(on, { value: rounded(percentile(values, 0.99)), unit: 'ms p99', goal: '', holds: null });
  }
  const least = { value: rounded(leastMs(0.5)), unit: 'ms p50', goal: '', holds: null };
  print('the least a cycle takes here: data, inputs, three halves of a level, decoding', least);
}

async function reportSync(): Promise<void> {
  const times = await syncTimes(tmpdir(), 300);
  const name = `bare sync of 4 KiB to the disk (p50 ${rounded(percentile(times, 0.5))}, max ${rounded(Math.max(...times))} ms)`;
  print(name, { value: percentile(times, 0.99), unit: 'ms p99', goal: '', holds: null });
}

function report(on: string, cycles: readonly Cycle[], wanted: number): boolean {
  const readMs = ({ timings }: Cycle): number => timings.validityMs;
  const beyondMs = ({ wallMs, timings }: Cycle): number => wallMs - timings.detectMs - timings.reviewMs;
  const figures = {
    'request to acknowledgement': cycles.map(({ wallMs }) => wallMs),
    'of it beyond inference': cycles.map(beyondMs),
    'of that decoding and checking the picture': cycles.map(readMs),
    'of that the rest': cycles.map((cycle) => beyondMs(cycle) - readMs(cycle)),
  };
  const held: boolean[] = [];
  for (const [name, values] of Object.entries(figures)) {
    const p99 = percentile(values, 0.99);
    const holds = on === '640x640 in memory' && name.endsWith('beyond inference') ? p99 <= goalMs : null;
    print(`${on}, ${name} (p50 ${rounded(percentile(values, 0.5))}, max ${rounded(Math.max(...values))} ms)`, {
      value: rounded(p99),
      unit: 'ms p99',
      goal: holds === null ? '' : `<= ${goalMs} ms`,
      holds,
    });
    held.push(holds ?? true);
  }
  const late = wanted - cycles.filter(({ move }) => move.why !== 'deadline').length;
  print(`${on}, parts without a verdict inside the takt, of ${wanted}`, {
    value: late,
    unit: 'parts',
    goal: 'at most 0',
    holds: late === 0,
  });
  return held.every(Boolean) && late === 0;
}

function print(
  on: string,
  rest: { readonly value: number; readonly unit: string; readonly goal: string; readonly holds: boolean | null },
): void {
  printResult({ name: 'line', case: on, anchor: '', anchorValue: null, ratio: null, ...rest });
}

/** Takes every request and answers none. */
async function startHangingServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request) => void request.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
