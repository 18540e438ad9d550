import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { Envelope } from '#store/ingest/read-message.ts';

/** Highest gapless sequence of a stream, as it stands after a commit. */
export interface Mark {
  readonly site: string;
  readonly line: string;
  readonly stationId: string;
  readonly streamId: string;
  readonly sequence: number;
}

/**
 * Moves the marks of the streams of these messages up to the first gap, inside the caller's transaction. The rows are
 * locked first, in the order of their ids, and the receipts are read after that: of two stores that store neighboring
 * sequences at one time, the later one sees both.
 */
export async function advanceMarks(transaction: Database, envelopes: readonly Envelope[]): Promise<readonly Mark[]> {
  const streams = [...new Map(envelopes.map((envelope) => [envelope.streamId, envelope])).values()];
  if (streams.length === 0) return [];
  const streamIds = streams.map((stream) => stream.streamId).toSorted();
  await insertMarksQuery(transaction, streams).execute();
  await lockMarksQuery(transaction, streamIds).execute();
  return advanceMarksQuery(transaction, streamIds).execute();
}

export function insertMarksQuery(transaction: Database, streams: readonly Envelope[]) {
  return transaction
    .insertInto('stationMark')
    .values(
      streams.map(({ streamId, site, line, stationId }) => ({
        streamId,
        site,
        line,
        stationId,
        sequence: 0,
        highestSequence: 0,
      })),
    )
    .onConflict((conflict) => conflict.column('streamId').doNothing());
}

export function lockMarksQuery(transaction: Database, streamIds: readonly string[]) {
  return transaction
    .selectFrom('stationMark')
    .select('streamId')
    .where('streamId', 'in', streamIds)
    .orderBy('streamId')
    .forUpdate();
}

/**
 * Receipts above the mark, numbered in order, belong to the run that begins at the mark as long as sequence minus number
 * stays the mark. They are read only where the next sequence is there: a gap costs one look, whatever lies above it.
 */
export function advanceMarksQuery(transaction: Database, streamIds: readonly string[]) {
  return transaction
    .updateTable('stationMark')
    .set({
      sequence: sql<number>`case when exists (
          select from receipt where receipt.stream_id = station_mark.stream_id
            and receipt.sequence = station_mark.sequence + 1)
        then (select max(run.sequence) from (
          select receipt.sequence, receipt.sequence - row_number() over (order by receipt.sequence) as base
          from receipt where receipt.stream_id = station_mark.stream_id
            and receipt.sequence > station_mark.sequence) as run
          where run.base = station_mark.sequence)
        else station_mark.sequence end`,
      highestSequence: sql<number>`(select max(receipt.sequence) from receipt
        where receipt.stream_id = station_mark.stream_id)`,
      updatedAt: sql<string>`now()`,
    })
    .where('streamId', 'in', streamIds)
    .returning(['site', 'line', 'stationId', 'streamId', 'sequence']);
}
