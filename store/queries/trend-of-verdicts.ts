import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { ofCountedPart } from '#store/queries/of-counted-part.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';

/** Verdicts of one piece of time. */
export interface TrendPoint {
  /** Begin of the piece, ISO 8601 UTC. */
  readonly at: string;
  readonly pass: number;
  readonly fail: number;
  readonly undecided: number;
  /** Defects and doubts called on them. */
  readonly calls: number;
}

/** Verdicts by hour or day (UTC), oldest first; a piece without inspections is left out. */
export async function trendOfVerdicts(
  database: Database,
  period: Period,
  bucket: 'hour' | 'day',
): Promise<readonly TrendPoint[]> {
  return trendOfVerdictsQuery(database, period, bucket).execute();
}

// One range of the index for each piece: grouping by a computed instant would sort every row of the period.
export function trendOfVerdictsQuery(database: Database, { from, to, stationId }: Period, bucket: 'hour' | 'day') {
  const begin = sql`date_trunc(${sql.lit(bucket)}, ${from}::timestamptz at time zone 'UTC')`;
  const step = sql.lit(bucket === 'hour' ? '1 hour' : '1 day');
  const pieces = sql<{ at: string; until: string }>`(
    select piece at time zone 'UTC' as at, (piece + ${step}::interval) at time zone 'UTC' as until
    from generate_series(${begin}, ${to}::timestamptz at time zone 'UTC', ${step}::interval) as piece)`;
  return database
    .selectFrom(pieces.as('piece'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('inspection')
          .select((inner) => [
            inner.fn.countAll<number>().filterWhere('verdict', '=', 'pass').as('pass'),
            inner.fn.countAll<number>().filterWhere('verdict', '=', 'fail').as('fail'),
            inner.fn.countAll<number>().filterWhere('verdict', '=', 'undecided').as('undecided'),
            inner.fn.countAll<number>().as('inspections'),
          ])
          .where('decidedAt', '>=', sql<string>`greatest(piece.at, ${from}::timestamptz)`)
          .where('decidedAt', '<', sql<string>`least(piece.until, ${to}::timestamptz)`)
          .where('challenge', '=', false)
          .$if(stationId !== undefined, (query) => query.where('stationId', '=', stationId ?? ''))
          .as('counted'),
      (join) => join.on('counted.inspections', '>', 0),
    )
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('detection')
          .select((inner) => inner.fn.countAll<number>().as('calls'))
          .where('detection.outcome', 'in', ['doubt', 'fail'])
          .where('detection.decidedAt', '>=', sql<string>`greatest(piece.at, ${from}::timestamptz)`)
          .where('detection.decidedAt', '<', sql<string>`least(piece.until, ${to}::timestamptz)`)
          .where(ofCountedPart)
          .$if(stationId !== undefined, (query) => query.where('detection.stationId', '=', stationId ?? ''))
          .as('called'),
      (join) => join.onTrue(),
    )
    .select(['piece.at', 'counted.pass', 'counted.fail', 'counted.undecided', 'called.calls'])
    .orderBy('piece.at');
}
