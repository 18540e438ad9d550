import type { Database } from '#store/database.ts';
import type { EvidenceRows } from '#store/ingest/rows-of-message.ts';

/** PostgreSQL takes 65,535 parameters a statement; the widest row has 22. */
const rowsAtOnce = 1_000;

/** Inserts the rows of several new inspections and one report for each, inside the caller's transaction. */
export async function insertEvidence(transaction: Database, evidence: readonly EvidenceRows[]): Promise<void> {
  const inspections = evidence.map(({ inspection }) => inspection);
  await inChunks(inspections, (rows) => transaction.insertInto('inspection').values(rows).execute());
  await inChunks(
    evidence.flatMap(({ detections }) => detections),
    (rows) => transaction.insertInto('detection').values(rows).execute(),
  );
  await inChunks(
    evidence.flatMap(({ reasons }) => reasons),
    (rows) => transaction.insertInto('reason').values(rows).execute(),
  );
}

async function inChunks<Row>(rows: readonly Row[], insert: (chunk: readonly Row[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) await insert(rows.slice(start, start + rowsAtOnce));
}
