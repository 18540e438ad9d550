import type { Database } from '#store/database.ts';
import type { Mark } from '#store/ingest/advance-mark.ts';

/** The mark of each station's latest stream: what stands retained at the broker. */
export async function currentMarks(database: Database): Promise<readonly Mark[]> {
  return currentMarksQuery(database).execute();
}

export function currentMarksQuery(database: Database) {
  return database
    .selectFrom('stationMark')
    .distinctOn(['site', 'line', 'stationId'])
    .select(['site', 'line', 'stationId', 'streamId', 'sequence'])
    .orderBy('site')
    .orderBy('line')
    .orderBy('stationId')
    .orderBy('updatedAt', 'desc');
}
