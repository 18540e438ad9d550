import { sql } from 'kysely';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database } from '#store/database.ts';

/**
 * Queues one report for each new inspection, inside the caller's transaction and as its last step: the lock makes report
 * numbers rise in the order of commits, so that a channel which has come to a number has seen every number below it. A
 * known bad part gets none: it is the station's own affair, the plant neither made nor scraps it.
 */
export async function queueInspectionReports(
  transaction: Database,
  messages: readonly Pick<InspectionMessage, 'inspectionId' | 'challenge'>[],
): Promise<void> {
  const made = messages.filter(({ challenge }) => !challenge);
  if (made.length === 0) return;
  await lockReportOrder(transaction);
  await transaction
    .insertInto('reportOutbox')
    .values(made.map(({ inspectionId }) => ({ kind: 'inspection' as const, inspectionId, dispositionId: null })))
    .execute();
}

/** Held to the end of the transaction; whoever queues a report takes it just before. */
export async function lockReportOrder(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(4846251, 2)`.execute(transaction);
}
