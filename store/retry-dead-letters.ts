import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { isRefusal } from '#store/ingest/ingest.ts';
import { insertEvidence } from '#store/ingest/insert-evidence.ts';
import { queueInspectionReports } from '#store/ingest/queue-reports.ts';
import { readMessage, type ReadableMessage } from '#store/ingest/read-message.ts';
import { rowsOfMessage } from '#store/ingest/rows-of-message.ts';

/** A message that was set aside. */
export interface OpenDeadLetter {
  readonly deadLetterId: number;
  readonly receivedAt: string;
  readonly topic: string;
  readonly reason: string;
  readonly detail: string;
  readonly payloadBytes: number;
}

export async function openDeadLetters(database: Database): Promise<readonly OpenDeadLetter[]> {
  return database
    .selectFrom('deadLetter')
    .select(['deadLetterId', 'receivedAt', 'topic', 'reason', 'detail', 'payloadBytes'])
    .where('resolvedAt', 'is', null)
    .orderBy('deadLetterId')
    .execute();
}

/**
 * Reads a dead letter again, as this version reads. `stored`: it became an inspection as any other, and is settled;
 * its receipt stays as it was. `unreadable`: it cannot be read, or the database refuses its rows, and it
 * stays where it is. `taken`: its inspection was stored already; settled.
 */
export async function retryDeadLetter(
  database: Database,
  letter: Pick<OpenDeadLetter, 'deadLetterId' | 'topic'>,
): Promise<'stored' | 'unreadable' | 'taken'> {
  const chunks = await database
    .selectFrom('deadLetterChunk')
    .select('bytes')
    .where('deadLetterId', '=', letter.deadLetterId)
    .orderBy('position')
    .execute();
  const read = readMessage(letter.topic, Buffer.concat(chunks.map((chunk) => chunk.bytes)));
  if (read.kind === 'unreadable') return 'unreadable';
  try {
    return await database.transaction().execute(async (transaction) => {
      const stored = await storeLate(transaction, read);
      await transaction
        .updateTable('deadLetter')
        .set({ resolvedAt: sql<string>`now()` })
        .where('deadLetterId', '=', letter.deadLetterId)
        .execute();
      return stored ? 'stored' : 'taken';
    });
  } catch (error) {
    // Its rows are still none that the database takes; the letters behind it have their turn.
    if (isRefusal(error)) return 'unreadable';
    throw error;
  }
}

async function storeLate(transaction: Database, { message }: ReadableMessage): Promise<boolean> {
  await sql`select ensure_month(${message.decidedAt})`.execute(transaction);
  // The sequence has its receipt, which says that the dead letter is held; the inspection is known by its id alone.
  await sql`select pg_advisory_xact_lock(4846251, 4)`.execute(transaction);
  if (await isKnown(transaction, message.inspectionId)) return false;
  await insertEvidence(transaction, [rowsOfMessage(message)]);
  await queueInspectionReports(transaction, [message]);
  return true;
}

/**
 * Receipt and report stay where retention has removed the inspection. One that came from a dead letter has no receipt of
 * its own (that of its sequence names the letter), and a known bad part has no report.
 */
async function isKnown(transaction: Database, inspectionId: string): Promise<boolean> {
  const { rows } = await sql<{ isKnown: boolean }>`select
    exists (select from inspection where inspection_id = ${inspectionId})
    or exists (select from receipt where inspection_id = ${inspectionId})
    or exists (select from report_outbox where inspection_id = ${inspectionId} and kind = 'inspection')
    as is_known`.execute(transaction);
  return rows[0]?.isKnown ?? false;
}
