import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { readJournal } from '#line/plc/journal.ts';
import type { GateMove } from '#line/plc/plc-image.ts';
import { frameMemoryFlags } from '#host/frame-memory.ts';
import { spawnProcess, type SpawnedProcess } from '../../support/spawn-process.ts';

export interface CycleRun {
  /** Where the edge node keeps its verdicts, and where station and PLC keep what they note. */
  readonly folder: { readonly ofEdge: string; readonly ofLine: string };
  readonly widthPx: number;
  readonly heightPx: number;
  readonly cycles: number;
  /** From one request of the PLC to the next. */
  readonly intervalMs: number;
  /** A reviewer to ask about every part; null: nobody. */
  readonly reviewerUrl: string | null;
}

/** One part, from the PLC's request to its acknowledgement. */
export interface Cycle {
  readonly move: GateMove;
  /** By the PLC's clock. */
  readonly wallMs: number;
  readonly timings: InspectionMessage['timings'];
}

/** Runs a station, an edge node and a PLC, each its own process; one entry for each part at the gate. */
export async function runCycles(run: CycleRun): Promise<readonly Cycle[]> {
  await using stack = new AsyncDisposableStack();
  const { folder, widthPx, heightPx, reviewerUrl } = run;
  // The ledger of a real station and the journal of its PLC cost this machine nothing.
  const [stationDir, plcDir] = [join(folder.ofLine, 'station'), join(folder.ofLine, 'plc')];
  const size = [String(widthPx), String(heightPx)];
  const start = (script: string, args: readonly string[]): SpawnedProcess =>
    stack.use(spawnProcess(script, {}, args, frameMemoryFlags));
  const station = start('test/bench/line/bench-station.ts', [stationDir, ...size, String(run.cycles)]);
  const url = String((await station.ready)['opcuaUrl']);
  const reviewer = reviewerUrl === null ? [] : [reviewerUrl];
  const edge = start('test/bench/line/bench-edge.ts', [url, folder.ofEdge, ...size, ...reviewer]);
  await edge.ready;
  const timing = ['--interval-ms', String(run.intervalMs), '--cycle-ms', '1'];
  const plcArgs = ['--url', url, '--data', plcDir, ...timing, '--recipe', 'board', '--no-challenge'];
  const plc = start('line/plc/main.ts', plcArgs);
  await plc.ready;
  while (readJournal(plcDir).length < run.cycles) await sleep(500);
  for (const one of [plc, edge, station]) await one[Symbol.asyncDispose]();
  const timings = timingsOnDisk(folder.ofEdge);
  return readJournal(plcDir).flatMap((move) => {
    const found = timings.get(move.inspectionId);
    return found ? [{ move, wallMs: move.atMs - move.part.askedMs, timings: found }] : [];
  });
}

/** Timings of each inspection, by its id, from the messages that wait in the outbox. */
function timingsOnDisk(edgeDir: string): ReadonlyMap<string, InspectionMessage['timings']> {
  using database = new DatabaseSync(join(edgeDir, 'outbox.sqlite'), { readOnly: true });
  const rows = database.prepare('SELECT body FROM message').all();
  return new Map(
    rows.map((row) => {
      const { inspectionId, timings } = inspectionMessageSchema.parse(JSON.parse(String(row['body'])));
      return [inspectionId, timings];
    }),
  );
}
