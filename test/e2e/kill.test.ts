import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, processIds, spawnLine, summaryOf } from '../support/spawn-line.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hairline-kill-'));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

interface LedgerRow {
  readonly triggerNo: number;
  /** 1 OK, 2 NG, 3 no call; null while the station waits. */
  readonly verdict: number | null;
  readonly inspectionId: string | null;
}

function read<Row>(file: string, sql: string): readonly Row[] {
  const database = new DatabaseSync(join(dataDir, file), { readOnly: true });
  try {
    return database.prepare(sql).all() as unknown as readonly Row[];
  } finally {
    database.close();
  }
}

const ledger = (): readonly LedgerRow[] =>
  read(
    'station-pcb/ledger.sqlite',
    'SELECT trigger_no AS triggerNo, verdict, inspection_id AS inspectionId FROM part_trigger',
  );

/** Triggers whose verdict stands on the edge's disk. */
function committed(): ReadonlySet<number> {
  const rows = read<{ triggerNo: number }>(
    'edge-pcb/outbox.sqlite',
    'SELECT trigger_no AS triggerNo FROM inspection WHERE verdict IS NOT NULL',
  );
  return new Set(rows.map((row) => row.triggerNo));
}

async function killEverything(pids: Readonly<Record<string, number>>): Promise<void> {
  for (const pid of Object.values(pids)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  while (Object.values(pids).some(isAlive)) await sleep(20);
}

/** Waits until enough parts came and some trigger has no verdict yet: an inspection is in flight. */
async function untilInFlight(atLeast: number): Promise<void> {
  for (;;) {
    const rows = ledger();
    if (rows.length >= atLeast && rows.some((row) => row.inspectionId === null)) return;
    await sleep(5);
  }
}

describe('kill -9 of the whole line with inspections in flight', () => {
  it('loses no part, decides none twice, and passes none that was in flight', async () => {
    const first = spawnLine(dataDir, ['--stations', 'pcb', '--interval-ms', '400']);
    await first.untilSaid(/open http/);
    await untilInFlight(5);
    await killEverything({ ...processIds(dataDir), line: first.process.pid ?? 0 });
    const inFlight = ledger().filter((row) => row.inspectionId === null && !committed().has(row.triggerNo));

    const second = spawnLine(dataDir, ['--stations', 'pcb', '--interval-ms', '400', '--parts', '3', '--json']);
    const { code, output } = await second.ended;
    expect(code, second.said()).toBe(0);
    expect(summaryOf(output)).toMatchObject({ triggered: 3, decided: 3, stored: 3, reported: 3, duplicates: 0 });

    const rows = ledger();
    const ids = rows.map((row) => row.inspectionId);
    expect(ids, 'every trigger has a verdict').not.toContain(null);
    expect(new Set(ids).size, 'no inspection decides two triggers').toBe(ids.length);
    const verdicts = inFlight.map(({ triggerNo }) => rows.find((row) => row.triggerNo === triggerNo)?.verdict);
    expect(verdicts, 'what was in flight is a no call').toEqual(inFlight.map(() => 3));
  });
});
