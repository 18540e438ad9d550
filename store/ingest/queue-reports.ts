import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/**
 * Queues one report for each new inspection, inside the caller's transaction and as its last step: the lock makes report
 * numbers rise in the order of commits, so that a channel which has come to a number has seen every number below it.
 */
export async function queueInspectionReports(transaction: Database, inspectionIds: readonly string[]): Promise<void> {
  if (inspectionIds.length === 0) return;
  await lockReportOrder(transaction);
  await transaction
    .insertInto('reportOutbox')
    .values(inspectionIds.map((inspectionId) => ({ kind: 'inspection' as const, inspectionId, dispositionId: null })))
    .execute();
}

/** Held to the end of the transaction; whoever queues a report takes it just before. */
export async function lockReportOrder(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(4846251, 2)`.execute(transaction);
}
