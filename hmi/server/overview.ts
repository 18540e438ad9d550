import type { Overview } from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { toEventId } from '#hmi/server/live-feed.ts';
import type { Database } from '#store/database.ts';
import { countsSince } from '#store/queries/counts-since.ts';
import { latestOfStations } from '#store/queries/latest-of-stations.ts';
import { latestStoredQuery } from '#store/queries/store-health.ts';

const latestUpTo = 40;
const nothingStored = { storedAt: '1970-01-01T00:00:00.000Z', inspectionId: 'none' };
const none = { pass: 0, fail: 0, undecided: 0 };

/**
 * Counts since an instant and the latest inspections of each station: all a line page needs to begin. Read in one
 * snapshot, so that what is counted here and what comes as an event after `cursor` meet without a gap.
 */
export async function readOverview(database: Database, countedFrom: string): Promise<Overview> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const newest = await latestStoredQuery(snapshot).executeTakeFirst();
      const latest = await latestOfStations(snapshot, latestUpTo);
      const counts = await countsSince(snapshot, countedFrom);
      const cards = latest.map(({ message, storedAt }) => toInspectionCard(message, storedAt));
      const stationIds = [...new Set([...counts, ...cards].map(({ stationId }) => stationId))].toSorted();
      return {
        countedFrom,
        cursor: toEventId(newest ?? nothingStored),
        stations: stationIds.map((stationId) => ({
          stationId,
          counts: counts.find((row) => row.stationId === stationId) ?? none,
          latest: cards.filter((card) => card.stationId === stationId),
        })),
      };
    });
}
