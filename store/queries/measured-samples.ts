import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { ofCountedPart } from '#store/queries/of-counted-part.ts';

/** Which parts are measured; times are ISO 8601 UTC, `from` included, `to` not. */
export interface MeasuredPeriod {
  readonly from: string;
  readonly to: string;
  /** One station: what two cameras measure cannot be compared. */
  readonly stationId: string;
}

/** What was measured on the parts of an hour or a day, as means over a sample of them. */
export interface MeasuredPiece {
  /** Begin of the piece, ISO 8601 UTC. */
  readonly at: string;
  readonly parts: number;
  /** Mean gray and sharpness of the frames; null where no frame was measured. */
  readonly exposure: number | null;
  readonly sharpness: number | null;
  /** Mean score of the detector on what it called; null where it called nothing. */
  readonly score: number | null;
}

// Enough to see a lamp that fades, and few enough to read: what is measured lies in the whole record of a part.
const sampleOfHour = 20;

/** Means by hour or day, oldest first, over the first twenty parts of each hour; pieces without parts are left out. */
export async function measuredSamples(
  database: Database,
  period: MeasuredPeriod,
  bucket: 'hour' | 'day',
): Promise<readonly MeasuredPiece[]> {
  return measuredSamplesQuery(database, period, bucket).execute();
}

export function measuredSamplesQuery(
  database: Database,
  { from, to, stationId }: MeasuredPeriod,
  bucket: 'hour' | 'day',
) {
  const hours = sql<{ at: string; until: string }>`(
    select piece at time zone 'UTC' as at, (piece + interval '1 hour') at time zone 'UTC' as until
    from generate_series(date_trunc('hour', ${from}::timestamptz at time zone 'UTC'),
      ${to}::timestamptz at time zone 'UTC', interval '1 hour') as piece)`;
  const mean = (name: string) => sql<number | null>`avg((view.seen -> 'measured' ->> ${sql.lit(name)})::float8)`;
  return database
    .selectFrom(hours.as('hour'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('inspection')
          .select(['inspection.inspectionId', 'inspection.message'])
          .where('inspection.stationId', '=', stationId)
          .where('inspection.decidedAt', '>=', sql<string>`greatest(hour.at, ${from}::timestamptz)`)
          .where('inspection.decidedAt', '<', sql<string>`least(hour.until, ${to}::timestamptz)`)
          .where('inspection.challenge', '=', false)
          .orderBy('inspection.decidedAt')
          .limit(sampleOfHour)
          .as('part'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      sql<{ seen: unknown }>`(select value as seen from jsonb_array_elements(part.message -> 'views'))`.as('view'),
      (join) => join.onTrue(),
    )
    .select([
      sql<string>`date_trunc(${sql.lit(bucket)}, hour.at at time zone 'UTC') at time zone 'UTC'`.as('at'),
      sql<number>`count(distinct part.inspection_id)`.as('parts'),
      mean('meanGrey').as('exposure'),
      mean('sharpness').as('sharpness'),
      sql<number | null>`avg((select avg((found.one ->> 'score')::float8)
        from jsonb_array_elements(view.seen -> 'detections') as found(one)))`.as('score'),
    ])
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

/** Calls of one label in a piece of time. */
export interface LabelsOfPiece {
  readonly at: string;
  readonly label: string;
  readonly calls: number;
}

/** Calls by label and hour or day, oldest first, known bad parts left out. */
export async function labelsByPiece(
  database: Database,
  period: MeasuredPeriod,
  bucket: 'hour' | 'day',
): Promise<readonly LabelsOfPiece[]> {
  return labelsByPieceQuery(database, period, bucket).execute();
}

export function labelsByPieceQuery(
  database: Database,
  { from, to, stationId }: MeasuredPeriod,
  bucket: 'hour' | 'day',
) {
  const at = sql<string>`date_trunc(${sql.lit(bucket)}, detection.decided_at at time zone 'UTC') at time zone 'UTC'`;
  return database
    .selectFrom('detection')
    .select((eb) => [at.as('at'), 'detection.label', eb.fn.countAll<number>().as('calls')])
    .where('detection.outcome', 'in', ['doubt', 'fail'])
    .where('detection.decidedAt', '>=', from)
    .where('detection.decidedAt', '<', to)
    .where('detection.stationId', '=', stationId)
    .where(ofCountedPart)
    .groupBy([sql`1`, 'detection.label'])
    .orderBy(sql`1`)
    .orderBy('detection.label');
}
