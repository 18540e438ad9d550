import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { EvidenceRows } from '#store/ingest/rows-of-message.ts';

/** PostgreSQL takes 65,535 parameters a statement; the widest row has 22. */
const rowsAtOnce = 1_000;

/** Inserts the rows of several new inspections, inside the caller's transaction. */
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
  const images = new Map(evidence.flatMap((rows) => rows.images).map((image) => [image.sha256, image]));
  // In the order of their keys, so that two transactions that name the same golden wait for each other in one order.
  const sorted = [...images.values()].toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  await inChunks(sorted, (rows) => nameImagesQuery(transaction, rows).execute());
}

/** An image named again is as young as its latest inspection, to the day: a golden is not written for every part. */
export function nameImagesQuery(transaction: Database, images: EvidenceRows['images']) {
  return transaction
    .insertInto('evidence')
    .values(images)
    .onConflict((conflict) =>
      conflict
        .column('sha256')
        .doUpdateSet({
          namedAt: sql`greatest(evidence.named_at, excluded.named_at)`,
          state: sql`case evidence.state when 'gone' then 'wanted' else evidence.state end`,
        })
        .where(sql<boolean>`evidence.state = 'gone' or evidence.named_at < excluded.named_at - interval '1 day'`),
    );
}

async function inChunks<Row>(rows: readonly Row[], insert: (chunk: readonly Row[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) await insert(rows.slice(start, start + rowsAtOnce));
}
