import type { Database } from '#store/database.ts';

/** Which images to look for. */
export interface Wanted {
  readonly stationIds: readonly string[];
  /** Digests that are passed over for now. */
  readonly without: readonly string[];
  readonly limit: number;
}

/** Images that the store wants and these stations may have, those named longest ago first: the ring gives them up first. */
export async function wantedEvidence(database: Database, wanted: Wanted) {
  return wantedEvidenceQuery(database, wanted).execute();
}

export function wantedEvidenceQuery(database: Database, { stationIds, without, limit }: Wanted) {
  const query = database
    .selectFrom('evidence')
    .select(['sha256', 'stationId'])
    .where('state', '=', 'wanted')
    .where('stationId', 'in', stationIds)
    .orderBy('namedAt')
    .limit(limit);
  return without.length === 0 ? query : query.where('sha256', 'not in', without);
}

/** Notes what became of an image. */
export async function noteEvidence(database: Database, sha256: string, state: 'held' | 'gone'): Promise<void> {
  await noteEvidenceQuery(database, sha256, state).execute();
}

export function noteEvidenceQuery(database: Database, sha256: string, state: 'held' | 'gone') {
  return database.updateTable('evidence').set({ state }).where('sha256', '=', sha256);
}
