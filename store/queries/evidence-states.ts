import type { Database } from '#store/database.ts';

export type EvidenceState = 'wanted' | 'held' | 'gone';

const atOnce = 5_000;

/** What the store knows of images, by digest; one that it never wanted is left out. */
export async function evidenceStates(
  database: Database,
  digests: readonly string[],
): Promise<ReadonlyMap<string, EvidenceState>> {
  const states = new Map<string, EvidenceState>();
  for (let from = 0; from < digests.length; from += atOnce) {
    const rows = await evidenceStatesQuery(database, digests.slice(from, from + atOnce)).execute();
    for (const { sha256, state } of rows) states.set(sha256, state);
  }
  return states;
}

export function evidenceStatesQuery(database: Database, digests: readonly string[]) {
  return database.selectFrom('evidence').select(['sha256', 'state']).where('sha256', 'in', digests);
}
