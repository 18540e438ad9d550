import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** Verdicts of one station. First pass: attempt 1 only. */
export interface StationCounts {
  readonly stationId: string;
  readonly pass: number;
  readonly fail: number;
  readonly undecided: number;
  readonly firstPassInspected: number;
  readonly firstPassPassed: number;
  readonly latestDecidedAt: string;
}

/** Counts by station over all inspections, known bad parts left out, decided at or after `since` (ISO 8601 UTC). */
export async function countsSince(database: Database, since: string): Promise<readonly StationCounts[]> {
  return countsSinceQuery(database, since).execute();
}

export function countsSinceQuery(database: Database, since: string) {
  return database
    .selectFrom('inspection')
    .select((eb) => [
      'stationId',
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'pass').as('pass'),
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'fail').as('fail'),
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'undecided').as('undecided'),
      eb.fn.countAll<number>().filterWhere('attempt', '=', 1).as('firstPassInspected'),
      sql<number>`count(*) filter (where attempt = 1 and verdict = 'pass')`.as('firstPassPassed'),
      eb.fn.max('decidedAt').as('latestDecidedAt'),
    ])
    .where('decidedAt', '>=', since)
    .where('challenge', '=', false)
    .groupBy('stationId')
    .orderBy('stationId');
}
