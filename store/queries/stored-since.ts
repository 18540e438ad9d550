import type { Database } from '#store/database.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';

/** An inspection with the instant at which the store took it. */
export interface StoredInspection {
  readonly storedAt: string;
  readonly message: InspectionMessage;
}

/** A page of rows: at most `limit`, after the first `offset`. */
export interface RowPage {
  readonly limit: number;
  readonly offset: number;
}

/**
 * Inspections stored at or after an instant, in the order of storing. Rows of one transaction share their instant, so
 * a reader that goes on from the last one must expect to see rows again.
 */
export async function storedSince(
  database: Database,
  storedAt: string,
  page: RowPage,
): Promise<readonly StoredInspection[]> {
  return storedSinceQuery(database, storedAt, page).execute();
}

export function storedSinceQuery(database: Database, storedAt: string, { limit, offset }: RowPage) {
  return database
    .selectFrom('inspection')
    .select(['inspection.storedAt', 'inspection.message'])
    .where('inspection.storedAt', '>=', storedAt)
    .orderBy('inspection.storedAt')
    .orderBy('inspection.stationId')
    .orderBy('inspection.sequence')
    .limit(limit)
    .offset(offset);
}
