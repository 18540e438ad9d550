import type { Database } from '#store/database.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';

/** An inspection with the instant at which the store took it. */
export interface StoredInspection {
  readonly storedAt: string;
  readonly message: InspectionMessage;
}

/**
 * Inspections stored at or after an instant, in the order of storing, at most `limit`. Rows of one transaction share
 * their instant, so a reader that goes on from the last one must expect to see rows again.
 */
export async function storedSince(
  database: Database,
  storedAt: string,
  limit: number,
): Promise<readonly StoredInspection[]> {
  return storedSinceQuery(database, storedAt, limit).execute();
}

export function storedSinceQuery(database: Database, storedAt: string, limit: number) {
  return database
    .selectFrom('inspection')
    .select(['inspection.storedAt', 'inspection.message'])
    .where('inspection.storedAt', '>=', storedAt)
    .orderBy('inspection.storedAt')
    .orderBy('inspection.stationId')
    .orderBy('inspection.sequence')
    .limit(limit);
}
