import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** Number of the last report that the channel has delivered or set aside; a new channel begins at 0. */
export async function deliveredUpTo(database: Database, channel: string): Promise<number> {
  await database
    .insertInto('reportChannel')
    .values({ channel, deliveredUpTo: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await deliveredUpToQuery(database, channel).executeTakeFirstOrThrow();
  return row.deliveredUpTo;
}

export function deliveredUpToQuery(database: Database, channel: string) {
  return database.selectFrom('reportChannel').select('deliveredUpTo').where('channel', '=', channel);
}

/** Notes that every report up to this number has arrived. A channel never goes back. */
export async function noteDelivered(database: Database, channel: string, reportNo: number): Promise<void> {
  await noteDeliveredQuery(database, channel, reportNo).execute();
}

export function noteDeliveredQuery(database: Database, channel: string, reportNo: number) {
  return database
    .updateTable('reportChannel')
    .set({ deliveredUpTo: reportNo, updatedAt: sql<string>`now()` })
    .where('channel', '=', channel)
    .where('deliveredUpTo', '<', reportNo);
}

/** Sets a report aside that cannot be delivered, with the reason, so that those behind it go on. */
export async function refuseReport(
  database: Database,
  { channel, reportNo, reason }: { readonly channel: string; readonly reportNo: number; readonly reason: string },
): Promise<void> {
  await database
    .insertInto('reportRefusal')
    .values({ channel, reportNo, reason })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
