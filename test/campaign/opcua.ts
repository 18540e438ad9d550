import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { printResult } from '../support/result-line.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import { nameOf, planBlows } from './opcua/blows.ts';
import { countParts } from './opcua/count.ts';
import { deal, type Dealt } from './opcua/deal.ts';
import { linesOf, report } from './opcua/lines.ts';
import { startStruckLine } from './opcua/start-line.ts';

const help = `npm run campaign -- opcua [--short] [--parts N] [--rounds N] [--only LIST] [--seed N] [--json] [--keep]

A simulated station of small plates with two views each, its PLC and an edge node, processes of their own, on signed and
encrypted channels. Meanwhile every fault of a bad day strikes the camera, the network is cut for 0.3 to 8 s, the server
restarts and the edge node is killed at each step between a part's frame and its verdict. At the end the station's ledger,
the edge node's records and the moves of the PLC's gate are held against each other: results are JSON lines on standard
output (with or without --json), the report goes to standard error.

  --parts N   parts, of two frames each (default 1000)    --seed N   fixes the order and the amounts (default 1)
  --rounds N  how often each kind of blow is dealt, a kill at each step half as often (default 6)
  --only LIST deals these kinds of blows alone: kill, cut or names of faults, separated by commas
  --short     120 parts, each blow once
  --keep      leave the folder with ledger, records and logs
`;

const settleMs = 300_000;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: true },
      parts: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const parts = Number(values.parts ?? (values.short ? 120 : 1_000));
  const rounds = Number(values.rounds ?? (values.short ? 1 : 6));
  const seed = Number(values.seed);
  if (values.help || ![parts, rounds, seed].every((number) => Number.isSafeInteger(number) && number >= 1)) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hairline-opcua-'));
  try {
    return await strike(folder, { parts, rounds, seed, only: values.only?.split(',') ?? null });
  } finally {
    if (values.keep) process.stderr.write(`folder: ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

interface Campaign {
  readonly parts: number;
  readonly rounds: number;
  readonly seed: number;
  readonly only: readonly string[] | null;
}

async function strike(folder: string, { parts, rounds, seed, only }: Campaign): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  prepareOpcua(() => undefined);
  const random = seededRandom(seed);
  const blows = planBlows(rounds, random).filter(({ name }) => only?.includes(name) ?? true);
  const dealt: Dealt[] = [];
  const startedMs = performance.now();
  {
    await using stack = new AsyncDisposableStack();
    const line = await startStruckLine(stack, { folder, parts, seed });
    say(`${parts} parts, ${blows.length} blows`);
    const settled = async (target: number): Promise<void> => {
      line.goOnTo(target);
      const endAt = performance.now() + settleMs;
      while (line.decided() < target && performance.now() < endAt) await sleep(50);
    };
    for (const [index, blow] of blows.entries()) {
      const share = (number: number): number => Math.floor((number * parts) / (blows.length + 1));
      // Quiet before, so that every blow meets a line that runs; then parts come while it strikes.
      await settled(share(index) + 1);
      const came = await deal(blow, line, share(index + 1));
      if (came) dealt.push(came);
      line.goOnTo(share(index + 1));
      say(`${index + 1} of ${blows.length}: ${nameOf(blow)} ${blow.amount}; ${line.decided()} parts decided`);
    }
    await settled(parts);
  }
  const counts = countParts(join(folder, 'station'), join(folder, 'edge'), join(folder, 'plc'));
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  for (const text of report(counts, dealt)) say(text);
  say(`${counts.parts.length} parts, ${counts.frames} frames in ${seconds} s`);
  const lines = linesOf(counts, { dealt, frames: parts * 2 });
  for (const line of lines) printResult(line);
  return lines.every(({ holds }) => holds !== false) ? 0 : 1;
}
