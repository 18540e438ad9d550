import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';

/** Verdicts of one piece of time. */
export interface TrendPoint {
  /** Begin of the piece, ISO 8601 UTC. */
  readonly at: string;
  readonly pass: number;
  readonly fail: number;
  readonly undecided: number;
}

/** Verdicts by hour or day (UTC), oldest first; a piece without inspections is left out. */
export async function trendOfVerdicts(
  database: Database,
  period: Period,
  bucket: 'hour' | 'day',
): Promise<readonly TrendPoint[]> {
  return trendOfVerdictsQuery(database, period, bucket).execute();
}

export function trendOfVerdictsQuery(database: Database, { from, to, stationId }: Period, bucket: 'hour' | 'day') {
  const at = sql<string>`date_trunc(${sql.lit(bucket)}, decided_at at time zone 'UTC') at time zone 'UTC'`;
  return database
    .selectFrom('inspection')
    .select((eb) => [
      at.as('at'),
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'pass').as('pass'),
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'fail').as('fail'),
      eb.fn.countAll<number>().filterWhere('verdict', '=', 'undecided').as('undecided'),
    ])
    .where('decidedAt', '>=', from)
    .where('decidedAt', '<', to)
    .$if(stationId !== undefined, (query) => query.where('stationId', '=', stationId ?? ''))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}
