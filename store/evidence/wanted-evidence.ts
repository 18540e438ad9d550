import type { Database } from '#store/database.ts';

/** Images that the store wants and these stations may have, those named longest ago first: the ring gives them up first. */
export async function wantedEvidence(database: Database, stationIds: readonly string[], limit: number) {
  return wantedEvidenceQuery(database, stationIds, limit).execute();
}

export function wantedEvidenceQuery(database: Database, stationIds: readonly string[], limit: number) {
  return database
    .selectFrom('evidence')
    .select(['sha256', 'stationId'])
    .where('state', '=', 'wanted')
    .where('stationId', 'in', stationIds)
    .orderBy('namedAt')
    .limit(limit);
}

/** Notes what became of an image. */
export async function noteEvidence(database: Database, sha256: string, state: 'held' | 'gone'): Promise<void> {
  await noteEvidenceQuery(database, sha256, state).execute();
}

export function noteEvidenceQuery(database: Database, sha256: string, state: 'held' | 'gone') {
  return database.updateTable('evidence').set({ state }).where('sha256', '=', sha256);
}
