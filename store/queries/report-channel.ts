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

/** Every channel that ever delivered, with how many reports wait for it. */
export async function reportChannels(database: Database) {
  return reportChannelsQuery(database).execute();
}

export function reportChannelsQuery(database: Database) {
  return database
    .selectFrom('reportChannel')
    .select((eb) => [
      'channel',
      'deliveredUpTo',
      'updatedAt',
      eb
        .selectFrom('reportOutbox')
        .select((reports) => reports.fn.countAll<number>().as('count'))
        .whereRef('reportOutbox.reportNo', '>', 'reportChannel.deliveredUpTo')
        .as('waiting'),
    ])
    .orderBy('channel');
}

/**
 * Forgets a channel that nobody uses any more, with a line in the audit: retention waits for it no longer. One that
 * comes back under this name begins at the first report; what Sparkplug has counted is forgotten with its channel, or it
 * would be counted twice. False for a channel that is not there.
 */
export async function forgetChannel(database: Database, channel: string, actor: string): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const deleted = await transaction
      .deleteFrom('reportChannel')
      .where('channel', '=', channel)
      .returning('deliveredUpTo')
      .executeTakeFirst();
    if (deleted === undefined) return false;
    if (channel === 'sparkplug') await transaction.deleteFrom('sparkplugDevice').execute();
    const detail = JSON.stringify(deleted);
    await transaction
      .insertInto('audit')
      .values({ actor, action: 'channel.forget', subject: channel, detail })
      .execute();
    return true;
  });
}
