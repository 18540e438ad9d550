import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { PartTruth } from '#line/part-source.ts';

/** A result as it stood on the nodes when ready rose. */
export interface OfferedResult {
  readonly sequence: number;
  readonly epoch: string;
  readonly triggerNo: number;
  readonly serial: string;
  readonly inspectionId: string;
  /** 1 OK, 2 NG, 3 no call. */
  readonly verdict: number;
}

/** The station's own record, on disk: every trigger, and the one result of each. */
export interface Ledger extends Disposable {
  readonly lastTriggerNo: () => number;
  /** Parts shown so far, known bad ones left out. */
  readonly partsShown: () => number;
  readonly lastAttempt: (serial: string) => number;
  readonly record: (trigger: OpenTrigger, truth: PartTruth) => void;
  readonly open: () => readonly OpenTrigger[];
  readonly isOpen: (triggerNo: number) => boolean;
  /** Triggers above a number, known bad parts left out, and how many of them have a result. */
  readonly countsAfter: (triggerNo: number) => { readonly triggered: number; readonly decided: number };
  /** Latches a result. Answers why it is refused; null when it is in the ledger, now or since earlier. */
  readonly latch: (result: OfferedResult, resultAt: string) => string | null;
}

const schema = `
  CREATE TABLE IF NOT EXISTS part_trigger (
    trigger_no INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    serial TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    lot TEXT NOT NULL,
    product_id TEXT NOT NULL,
    recipe_id TEXT NOT NULL,
    triggered_at TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    challenge INTEGER NOT NULL,
    frame_ids TEXT NOT NULL,
    truth TEXT NOT NULL,
    sequence INTEGER,
    inspection_id TEXT UNIQUE,
    verdict INTEGER CHECK (verdict IN (1, 2, 3)),
    result_at TEXT,
    UNIQUE (serial, attempt)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS part_trigger_open ON part_trigger (trigger_no) WHERE inspection_id IS NULL;`;

/** File of the ledger in a station's data folder. */
export function ledgerFile(dataDir: string): string {
  return join(dataDir, 'ledger.sqlite');
}

/** A data folder may be older than the known bad parts: none was shown then. */
function addChallenge(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(part_trigger)').all();
  if (columns.some(({ name }) => name === 'challenge')) return;
  database.exec('ALTER TABLE part_trigger ADD COLUMN challenge INTEGER NOT NULL DEFAULT 0');
}

/** Opens the ledger of a station, made when missing. Everything recorded is on disk before the call returns. */
export function openLedger(dataDir: string): Ledger {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(ledgerFile(dataDir));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; ${schema}`);
  addChallenge(database);
  const number = (sql: string, ...values: string[]): number => Number(database.prepare(sql).get(...values)?.['n'] ?? 0);
  const isOpen = database.prepare('SELECT 1 FROM part_trigger WHERE trigger_no = ? AND inspection_id IS NULL');
  const open = database.prepare('SELECT * FROM part_trigger WHERE inspection_id IS NULL ORDER BY trigger_no');
  const counts = database.prepare(
    'SELECT count(*) AS triggered, count(inspection_id) AS decided FROM part_trigger WHERE trigger_no > ? AND challenge = 0',
  );
  return {
    lastTriggerNo: () => number('SELECT max(trigger_no) AS n FROM part_trigger'),
    partsShown: () => number('SELECT count(*) AS n FROM part_trigger WHERE challenge = 0'),
    lastAttempt: (serial) => number('SELECT max(attempt) AS n FROM part_trigger WHERE serial = ?', serial),
    record: recorder(database),
    open: () => open.all().map(triggerOf),
    isOpen: (triggerNo) => isOpen.get(triggerNo) !== undefined,
    countsAfter: (triggerNo) => {
      const row = counts.get(triggerNo);
      return { triggered: Number(row?.['triggered']), decided: Number(row?.['decided']) };
    },
    latch: latcher(database),
    [Symbol.dispose]: () => database.close(),
  };
}

function recorder(database: DatabaseSync): Ledger['record'] {
  const insert = database.prepare(`
    INSERT INTO part_trigger (trigger_no, epoch, serial, attempt, lot, product_id, recipe_id, triggered_at, simulated,
      frame_ids, truth, challenge)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (trigger, truth) => {
    const { triggerNo, epoch, serial, attempt, lot, productId, recipeId, triggeredAt, simulated, frameIds } = trigger;
    const row = [triggerNo, epoch, serial, attempt, lot, productId, recipeId, triggeredAt, simulated ? 1 : 0];
    insert.run(...row, JSON.stringify(frameIds), JSON.stringify(truth), trigger.challenge ? 1 : 0);
  };
}

function latcher(database: DatabaseSync): Ledger['latch'] {
  const find = database.prepare('SELECT epoch, serial, inspection_id FROM part_trigger WHERE trigger_no = ?');
  const known = database.prepare('SELECT trigger_no FROM part_trigger WHERE inspection_id = ?');
  const update = database.prepare(`
    UPDATE part_trigger SET sequence = ?, inspection_id = ?, verdict = ?, result_at = ?
    WHERE trigger_no = ? AND inspection_id IS NULL`);
  return ({ sequence, epoch, triggerNo, serial, inspectionId, verdict }, resultAt) => {
    const row = find.get(triggerNo);
    if (!row || row['epoch'] !== epoch) return `no trigger ${triggerNo} of epoch ${epoch}`;
    if (row['serial'] !== serial) return `trigger ${triggerNo} is part ${String(row['serial'])}, not ${serial}`;
    if (inspectionId === '') return 'a result without an inspection id';
    if (row['inspection_id'] === inspectionId) return null;
    if (row['inspection_id'] !== null) return `trigger ${triggerNo} was decided by ${String(row['inspection_id'])}`;
    if (known.get(inspectionId)) return `inspection ${inspectionId} decided another trigger`;
    if (![1, 2, 3].includes(verdict)) return `verdict ${verdict} is none of 1 (OK), 2 (NG), 3 (no call)`;
    update.run(sequence, inspectionId, verdict, resultAt, triggerNo);
    return null;
  };
}

function triggerOf(row: Record<string, SQLOutputValue>): OpenTrigger {
  return {
    epoch: String(row['epoch']),
    triggerNo: Number(row['trigger_no']),
    serial: String(row['serial']),
    attempt: Number(row['attempt']),
    lot: String(row['lot']),
    productId: String(row['product_id']),
    recipeId: String(row['recipe_id']),
    triggeredAt: String(row['triggered_at']),
    simulated: row['simulated'] === 1,
    challenge: row['challenge'] === 1,
    frameIds: JSON.parse(String(row['frame_ids'])) as Record<string, number>,
  };
}
