import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PartSource, ShownPart } from '#line/part-source.ts';
import { readJournal } from '#line/plc/journal.ts';
import type { GateMove } from '#line/plc/plc-image.ts';
import { runTriggers } from '#line/station/run-triggers.ts';
import { boardPng } from './edge-station.ts';
import { spawnProcess } from './spawn-process.ts';
import { startTestStation } from './station.ts';

/** What a station, its PLC and an edge node that was killed over and over made of some parts. */
export interface KilledLine {
  readonly parts: number;
  readonly kills: number;
  readonly moves: readonly GateMove[];
  /** Parts that the gate released without an OK of its own on the edge node's disk, or although they are bad. */
  readonly wrongReleases: readonly GateMove[];
  /** Triggers without exactly one verdict. */
  readonly undecidedFor: readonly number[];
}

export interface KilledLineOptions {
  readonly folder: string;
  readonly parts: number;
  readonly kills: number;
  /** 0 to 1. */
  readonly random: () => number;
}

const longestAfterPartMs = 150;

/** Every third board is bad; each has its own pixels. */
const boards: PartSource = {
  count: Number.POSITIVE_INFINITY,
  part: async (number): Promise<ShownPart> => {
    const defective = number % 3 === 2;
    const size = { encoding: 'png', widthPx: 64, heightPx: 64 } as const;
    return {
      serial: `S-${number}`,
      attempt: 1,
      lot: 'L1',
      productId: 'board',
      recipeId: 'board',
      views: [
        { viewId: 'top', cameraId: 'c1', ...size, bytes: await boardPng(2 * number) },
        { viewId: 'bottom', cameraId: 'c2', ...size, bytes: await boardPng(2 * number + 1, defective) },
      ],
      truth: { defective, defects: [], known: true },
    };
  },
  challenge: () => Promise.resolve(null),
  goldens: async function* () {
    // Boards are judged without one.
  },
};

/** Runs the parts, and kills the edge node `kills` times, each time some moment after another part was asked for. */
export async function runKilledLine({ folder, parts, kills, random }: KilledLineOptions): Promise<KilledLine> {
  await using stack = new AsyncDisposableStack();
  const [stationDir, edgeDir, plcDir] = ['station', 'edge', 'plc'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const station = stack.use(await startTestStation(stationDir, { withPlc: true }));
  const edge = stack.use(spawnProcess('test/support/board-edge.ts', {}, [station.url, edgeDir]));
  const plcArgs = [
    '--url',
    station.url,
    '--data',
    plcDir,
    '--interval-ms',
    '60',
    '--cycle-ms',
    '4',
    '--recipe',
    'board',
    '--no-challenge',
  ];
  const plc = stack.use(spawnProcess('line/plc/main.ts', {}, plcArgs));
  await Promise.all([edge.ready, plc.ready]);
  const stopper = new AbortController();
  let triggered = 0;
  const tools = {
    station,
    source: boards,
    intervalMs: null,
    parts,
    before: () => Promise.resolve(),
    standing: () => undefined,
  };
  const triggering = runTriggers({ ...tools, triggered: () => void (triggered += 1) }, stopper.signal);
  for (let kill = 1; kill <= kills; kill += 1) {
    const from = Math.max(triggered, Math.floor((parts * (kill - 1)) / kills));
    while (triggered <= from && triggered < parts) await sleep(1);
    await sleep(random() * longestAfterPartMs);
    await edge.restart();
  }
  await triggering;
  while (station.ledger.open().length > 0 || readJournal(plcDir).length < parts) await sleep(20);
  await edge[Symbol.asyncDispose]();
  const moves = readJournal(plcDir);
  const passed = passedOnDisk(edgeDir);
  const truth = await Promise.all(
    Array.from({ length: parts }, async (_, number) => (await boards.part(number)).truth),
  );
  return {
    parts,
    kills,
    moves,
    wrongReleases: moves.filter(
      ({ gate, part, inspectionId }) =>
        gate === 'ok' &&
        (passed.get(`${part.epoch}#${part.triggerNo}#${part.serial}`) !== inspectionId ||
          truth[part.triggerNo - 1]?.defective !== false),
    ),
    undecidedFor: station.ledger.open().map(({ triggerNo }) => triggerNo),
  };
}

/** Inspection ids of the parts that passed, by trigger and serial, as the edge node has them on disk. */
function passedOnDisk(edgeDir: string): ReadonlyMap<string, string> {
  const file = join(edgeDir, 'outbox.sqlite');
  if (!existsSync(file)) return new Map();
  using database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT inspection_id, trigger_json FROM inspection WHERE verdict = 'pass'").all();
  return new Map(
    rows.map((row) => {
      const { epoch, triggerNo, serial } = JSON.parse(String(row['trigger_json'])) as GateMove['part'];
      return [`${epoch}#${triggerNo}#${serial}`, String(row['inspection_id'])];
    }),
  );
}
