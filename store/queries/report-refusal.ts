import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** A report that its receiver will not take, set aside so that those behind it go on. */
export interface OpenRefusal {
  readonly channel: string;
  readonly reportNo: number;
  readonly reason: string;
  readonly refusedAt: string;
  /** It is to be sent again. */
  readonly again: boolean;
}

/** Sets a report aside, with the reason. One that was sent again and is refused again waits for the next asking. */
export async function refuseReport(
  database: Database,
  refusal: Pick<OpenRefusal, 'channel' | 'reportNo' | 'reason'>,
): Promise<void> {
  await database
    .insertInto('reportRefusal')
    .values(refusal)
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'reportNo'])
        .doUpdateSet({ reason: refusal.reason, refusedAt: sql<string>`now()`, again: false, resolvedAt: null }),
    )
    .execute();
}

/** Settles the refusals of reports that the receiver has taken after all. */
export async function settleRefusals(database: Database, channel: string, reportNos: readonly number[]): Promise<void> {
  if (reportNos.length > 0) await settleRefusalsQuery(database, channel, reportNos).execute();
}

export function settleRefusalsQuery(database: Database, channel: string, reportNos: readonly number[]) {
  return database
    .updateTable('reportRefusal')
    .set({ resolvedAt: sql<string>`now()` })
    .where('channel', '=', channel)
    .where('reportNo', 'in', reportNos)
    .where('resolvedAt', 'is', null);
}

/** Refusals that are not settled, by channel, oldest report first. */
export async function openRefusals(database: Database, limit: number): Promise<readonly OpenRefusal[]> {
  return openRefusalsQuery(database, limit).execute();
}

export function openRefusalsQuery(database: Database, limit: number) {
  return database
    .selectFrom('reportRefusal')
    .select(['channel', 'reportNo', 'reason', 'refusedAt', 'again'])
    .where('resolvedAt', 'is', null)
    .orderBy('channel')
    .orderBy('reportNo')
    .limit(limit);
}
