import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** How far a channel has come, and what it is asked to send for a second time. */
export interface ChannelState {
  /** Number of the last report that is delivered or set aside. */
  readonly deliveredUpTo: number;
  /** Delivered reports from this number on are sent again; null for none. */
  readonly againFrom: number | null;
  /** Reports that the receiver refused are sent again. */
  readonly refusedAgain: boolean;
}

/** A new channel is noted, and begins at 0. */
export async function channelState(database: Database, channel: string): Promise<ChannelState> {
  const known = await channelStateQuery(database, channel).executeTakeFirst();
  if (known) return known;
  await database
    .insertInto('reportChannel')
    .values({ channel, deliveredUpTo: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return { deliveredUpTo: 0, againFrom: null, refusedAgain: false };
}

export function channelStateQuery(database: Database, channel: string) {
  return database
    .selectFrom('reportChannel')
    .select((eb) => [
      'deliveredUpTo',
      'againFrom',
      eb
        .exists(
          eb
            .selectFrom('reportRefusal')
            .select('reportRefusal.reportNo')
            .whereRef('reportRefusal.channel', '=', 'reportChannel.channel')
            .where('reportRefusal.resolvedAt', 'is', null)
            .where('reportRefusal.again', '=', true),
        )
        .$castTo<boolean>()
        .as('refusedAgain'),
    ])
    .where('channel', '=', channel);
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
      'againFrom',
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
    await transaction.deleteFrom('reportRefusal').where('channel', '=', channel).execute();
    if (channel === 'sparkplug') await transaction.deleteFrom('sparkplugDevice').execute();
    const detail = JSON.stringify(deleted);
    await transaction
      .insertInto('audit')
      .values({ actor, action: 'channel.forget', subject: channel, detail })
      .execute();
    return true;
  });
}
