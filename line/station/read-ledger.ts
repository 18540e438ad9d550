import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { PartTruth } from '#line/part-source.ts';
import { ledgerFile } from '#line/station/ledger.ts';

/** What a station's ledger says of the parts after a trigger number. */
export interface LedgerCounts {
  readonly triggered: number;
  readonly decided: number;
  readonly pass: number;
  readonly fail: number;
  readonly undecided: number;
  /** Defective by the known truth, yet OK. null where the truth of no part is known. */
  readonly escapes: number | null;
  /** Good by the known truth, yet NG. null where the truth of no part is known. */
  readonly falseCalls: number | null;
  /** Inspection ids of the decided triggers, in the order of the triggers. */
  readonly inspectionIds: readonly string[];
}

/**
 * Counts the ledger in a station's data folder, known bad parts left out, also while the station runs.
 * @param afterTriggerNo counts the triggers above it; 0 counts all
 */
export function readLedger(dataDir: string, afterTriggerNo = 0): LedgerCounts {
  const rows = readRows(dataDir, afterTriggerNo);
  const decided = rows.filter((row) => row.inspectionId !== null);
  const known = rows.filter((row) => row.truth.known);
  const count = (verdict: number): number => decided.filter((row) => row.verdict === verdict).length;
  const wrong = (defective: boolean, verdict: number): number | null =>
    known.length === 0
      ? null
      : known.filter((row) => row.truth.defective === defective && row.verdict === verdict).length;
  return {
    triggered: rows.length,
    decided: decided.length,
    pass: count(1),
    fail: count(2),
    undecided: count(3),
    escapes: wrong(true, 1),
    falseCalls: wrong(false, 2),
    inspectionIds: decided.flatMap((row) => row.inspectionId ?? []),
  };
}

/** Number of the newest trigger in the ledger; 0 where there is none. */
export function lastTriggerNo(dataDir: string): number {
  return readRows(dataDir, 0).at(-1)?.triggerNo ?? 0;
}

interface Row {
  readonly triggerNo: number;
  readonly verdict: number | null;
  readonly inspectionId: string | null;
  readonly truth: PartTruth;
}

function readRows(dataDir: string, afterTriggerNo: number): readonly Row[] {
  if (!existsSync(ledgerFile(dataDir))) return [];
  const database = new DatabaseSync(ledgerFile(dataDir), { readOnly: true });
  try {
    return database
      .prepare(
        'SELECT trigger_no, verdict, inspection_id, truth FROM part_trigger WHERE trigger_no > ? AND challenge = 0 ORDER BY trigger_no',
      )
      .all(afterTriggerNo)
      .map((row) => ({
        triggerNo: Number(row['trigger_no']),
        verdict: row['verdict'] === null ? null : Number(row['verdict']),
        inspectionId: row['inspection_id'] === null ? null : String(row['inspection_id']),
        truth: JSON.parse(String(row['truth'])) as PartTruth,
      }));
  } finally {
    database.close();
  }
}
