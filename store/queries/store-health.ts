import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

export interface StreamHealth {
  readonly stationId: string;
  readonly streamId: string;
  /** Every message up to this sequence is held. */
  readonly mark: number;
  readonly highestSequence: number;
  readonly updatedAt: string;
}

/** How the store is doing. */
export interface StoreHealth {
  readonly latestStoredAt: string | null;
  /** Messages that nothing could read and nobody has settled. */
  readonly deadLetters: number;
  /** Reports that some channel has not delivered yet; every one of them while no channel ever delivered. */
  readonly unreported: number;
  readonly oldestUnreportedAt: string | null;
  /** Reports that a receiver refused and has not taken since. */
  readonly refusedReports: number;
  /** Streams of every station; a mark below the highest sequence is a gap. */
  readonly streams: readonly StreamHealth[];
}

export async function storeHealth(database: Database): Promise<StoreHealth> {
  const latest = await latestStoredQuery(database).executeTakeFirst();
  const deadLetters = await openDeadLettersQuery(database).executeTakeFirstOrThrow();
  const reports = await unreportedQuery(database).executeTakeFirstOrThrow();
  const refused = await refusedReportsQuery(database).executeTakeFirstOrThrow();
  const streams = await streamHealthQuery(database).execute();
  return {
    latestStoredAt: latest?.storedAt ?? null,
    deadLetters: deadLetters.count,
    unreported: reports.count,
    oldestUnreportedAt: reports.oldest,
    refusedReports: refused.count,
    streams,
  };
}

/** The inspection stored last. */
export function latestStoredQuery(database: Database) {
  return database.selectFrom('inspection').select(['storedAt', 'inspectionId']).orderBy('storedAt', 'desc').limit(1);
}

export function openDeadLettersQuery(database: Database) {
  return database
    .selectFrom('deadLetter')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('resolvedAt', 'is', null);
}

export function unreportedQuery(database: Database) {
  return database
    .selectFrom('reportOutbox')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('createdAt').as('oldest')])
    .where('reportNo', '>', (eb) =>
      eb
        .selectFrom('reportChannel')
        .select((channel) => channel.fn.coalesce(channel.fn.min('deliveredUpTo'), sql<number>`0`).as('upTo')),
    );
}

export function refusedReportsQuery(database: Database) {
  return database
    .selectFrom('reportRefusal')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('resolvedAt', 'is', null);
}

export function streamHealthQuery(database: Database) {
  return database
    .selectFrom('stationMark')
    .select(['stationId', 'streamId', 'sequence as mark', 'highestSequence', 'updatedAt'])
    .orderBy('stationId')
    .orderBy('updatedAt', 'desc');
}
