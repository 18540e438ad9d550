import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { StoredInspection } from '#store/queries/stored-since.ts';

/** The latest inspections of every station, newest decision first, at most `limit` a station. */
export async function latestOfStations(database: Database, limit: number): Promise<readonly StoredInspection[]> {
  return latestOfStationsQuery(database, limit).execute();
}

// One index scan a station; a window function over all rows would read the whole table.
export function latestOfStationsQuery(database: Database, limit: number) {
  return database
    .selectFrom((eb) => eb.selectFrom('stationMark').select('stationMark.stationId').distinct().as('station'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('inspection')
          .select(['inspection.storedAt', 'inspection.message', 'inspection.decidedAt', 'inspection.inspectionId'])
          .whereRef('inspection.stationId', '=', 'station.stationId')
          .orderBy('inspection.decidedAt', 'desc')
          .orderBy('inspection.inspectionId', 'desc')
          .limit(limit)
          .as('latest'),
      (join) => join.on(sql<boolean>`true`),
    )
    .select(['latest.storedAt', 'latest.message'])
    .orderBy('latest.decidedAt', 'desc')
    .orderBy('latest.inspectionId', 'desc');
}
