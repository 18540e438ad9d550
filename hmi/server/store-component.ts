import type { Component } from '#hmi/server/api.schema.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';
import { storeHealth, type StoreHealth } from '#store/queries/store-health.ts';

/** Reports leave within seconds; longer than this, somebody should look. */
const reportsLateMs = 60_000;

const waysOut = {
  gap: 'The edge node closes the gap by sending again; look at its outbox and at the log of the store.',
  deadLetters: 'npm run store -- dead-letters lists them with the reason; --retry reads them again after an update.',
  refused:
    'npm run store -- channels lists them with the reason; --again NAME sends them again once the MES takes them.',
  reports:
    'npm run store -- channels lists what waits where. Check that the mes process runs and that the broker and the MES take its reports.',
} as const;

/** What the store holds and lacks; null where the database does not answer, which is told elsewhere. */
export async function storeComponent(database: Database, now: Date): Promise<Component | null> {
  const base = { id: 'store', kind: 'store', stationId: null };
  try {
    const troubles = troublesOf(await storeHealth(database), now);
    if (troubles.length === 0) return { ...base, state: 'up', detail: '', wayOut: '' };
    const [detail, wayOut] = [0, 1].map((index) => troubles.map((trouble) => trouble[index]).join(' '));
    return { ...base, state: 'degraded', detail: detail ?? '', wayOut: wayOut ?? '' };
  } catch (error) {
    if (isConnectionError(error)) return null;
    throw error;
  }
}

type Trouble = readonly [detail: string, wayOut: string];

/** Each trouble with its way out. Gaps: of the present stream of each station, since an old one will not close. */
export function troublesOf(health: StoreHealth, now: Date): readonly Trouble[] {
  const { streams, deadLetters, unreported, oldestUnreportedAt, refusedReports } = health;
  const present = new Map(streams.toReversed().map((stream) => [stream.stationId, stream]));
  const gaps = [...present.values()].filter(({ mark, highestSequence }) => mark < highestSequence);
  const lateMs = oldestUnreportedAt === null ? 0 : now.valueOf() - Date.parse(oldestUnreportedAt);
  return [
    ...gaps.map(({ stationId, mark, highestSequence }): Trouble => [
      `${stationId}: message ${mark + 1} is missing, ${highestSequence} is stored.`,
      waysOut.gap,
    ]),
    ...(deadLetters > 0 ? [[`${deadLetters} dead letters are open.`, waysOut.deadLetters] as const] : []),
    ...(refusedReports > 0 ? [[`The MES refused ${refusedReports} reports.`, waysOut.refused] as const] : []),
    ...(lateMs > reportsLateMs
      ? [[`${unreported} reports wait, the oldest since ${oldestUnreportedAt}.`, waysOut.reports] as const]
      : []),
  ];
}
