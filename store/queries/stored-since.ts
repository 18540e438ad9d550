import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';

/** An inspection with the instant at which the store took it. */
export interface StoredInspection {
  readonly storedAt: string;
  readonly message: InspectionMessage;
}

/** At most `limit` rows, without those of the inspections in `except`. */
export interface RowsWanted {
  readonly limit: number;
  readonly except: readonly string[];
}

/**
 * Inspections stored at or after an instant, in the order of storing. Rows of one transaction share their instant, so
 * a reader that goes on from the last one names those it has: their messages are not read again.
 */
export async function storedSince(
  database: Database,
  storedAt: string,
  wanted: RowsWanted,
): Promise<readonly StoredInspection[]> {
  return storedSinceQuery(database, storedAt, wanted).execute();
}

export function storedSinceQuery(database: Database, storedAt: string, { limit, except }: RowsWanted) {
  return database
    .selectFrom('inspection')
    .select(['inspection.storedAt', 'inspection.message'])
    .where('inspection.storedAt', '>=', storedAt)
    .where(sql<boolean>`inspection.inspection_id <> all(${except}::uuid[])`)
    .orderBy('inspection.storedAt')
    .orderBy('inspection.stationId')
    .orderBy('inspection.sequence')
    .limit(limit);
}
