import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { printResult, rounded } from '../support/result-line.ts';
import { startStruckLine } from './opcua/start-line.ts';

const help = `npm run campaign -- memory [--reconnects N] [--parts N] [--json]

An edge node on a signed and encrypted channel to a simulated station. The network is cut again and again, and between two
cuts parts come, as many as two seconds of takt bring in an hour. How much memory the edge node keeps.

  --reconnects N  cuts after which all its connections come back (default 1000)
  --parts N       parts meanwhile, of two frames each (default 1800)
`;

/** What is still being filled at the beginning (caches, compiled code) is no growth: the first fifth is left out. */
const settledFrom = 0.2;
const growthUpTo = 1.05;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      reconnects: { type: 'string', default: '1000' },
      parts: { type: 'string', default: '1800' },
    },
  });
  const [reconnects, parts] = [Number(values.reconnects), Number(values.parts)];
  if (values.help || ![reconnects, parts].every((number) => Number.isSafeInteger(number) && number >= 10)) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  prepareOpcua(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hairline-memory-'));
  try {
    return judge(await reconnectAndLook(folder, reconnects, parts), reconnects, parts);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resident memory of the edge node in MB, once after each way back. */
async function reconnectAndLook(folder: string, reconnects: number, parts: number): Promise<readonly number[]> {
  await using stack = new AsyncDisposableStack();
  const line = await startStruckLine(stack, { folder, parts, seed: 1 });
  const resident: number[] = [];
  for (let cut = 1; cut <= reconnects; cut += 1) {
    // A verdict shows that camera, line and control are all back.
    const target = Math.ceil((cut * parts) / reconnects);
    line.proxy.cut();
    line.goOnTo(target);
    while (line.decided() < target) await sleep(20);
    resident.push(await residentMb(line.edge.pid()));
    if (cut % 50 === 0) process.stderr.write(`${cut} of ${reconnects}: ${rounded(resident.at(-1) ?? 0)} MB\n`);
  }
  return resident;
}

async function residentMb(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout) * 1024) / 1e6;
}

/** Garbage is collected in strokes of some tens of MB: what is kept is what remains after one, so the lowest are compared. */
function judge(resident: readonly number[], reconnects: number, parts: number): number {
  const settled = resident.slice(Math.floor(resident.length * settledFrom));
  const half = Math.floor(settled.length / 2);
  const before = Math.min(...settled.slice(0, half));
  const after = Math.min(...settled.slice(half));
  const ratio = after / before;
  printResult({
    name: 'memory',
    case: `${reconnects} reconnects, ${parts} parts (most ${rounded(Math.max(...resident))} MB)`,
    value: rounded(after),
    unit: 'MB resident, lowest of the second half',
    anchor: 'lowest of the first half, once settled',
    anchorValue: rounded(before),
    ratio: rounded(ratio),
    goal: `ratio <= ${growthUpTo}`,
    holds: ratio <= growthUpTo,
  });
  return ratio <= growthUpTo ? 0 : 1;
}
