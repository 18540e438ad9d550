import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/**
 * Asks a channel to send every report again that it has delivered, from `fromReportNo` on. An earlier asking that is not
 * through stays. False where the channel is not there, or has not come so far: then the report comes anyhow.
 */
export async function askAgain(database: Database, channel: string, fromReportNo: number): Promise<boolean> {
  const { numUpdatedRows } = await askAgainQuery(database, channel, fromReportNo).executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export function askAgainQuery(database: Database, channel: string, fromReportNo: number) {
  return database
    .updateTable('reportChannel')
    .set({ againFrom: sql<number>`least(again_from, ${fromReportNo}::bigint)` })
    .where('channel', '=', channel)
    .where('deliveredUpTo', '>=', fromReportNo);
}

/** Asks a channel to send the reports again that its receiver refused. Returns how many. */
export async function askRefusedAgain(database: Database, channel: string): Promise<number> {
  const { numUpdatedRows } = await database
    .updateTable('reportRefusal')
    .set({ again: true })
    .where('channel', '=', channel)
    .where('resolvedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Numbers of the first and the last report that were sent. */
export interface SentAgain {
  readonly from: number;
  readonly upTo: number;
}

/** Notes what has been sent again; what was asked for meanwhile stays. */
export async function noteSentAgain(database: Database, channel: string, sent: SentAgain): Promise<void> {
  await noteSentAgainQuery(database, channel, sent).execute();
}

export function noteSentAgainQuery(database: Database, channel: string, { from, upTo }: SentAgain) {
  return database
    .updateTable('reportChannel')
    .set({ againFrom: sql<number | null>`case when delivered_up_to > ${upTo} then ${upTo}::bigint + 1 end` })
    .where('channel', '=', channel)
    .where('againFrom', '=', from);
}
