import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';

/** First attempts of a period, by the machine's verdict and what people said last. */
export interface QualityRow {
  readonly inspected: number;
  readonly passed: number;
  /** Called fail or undecided. */
  readonly called: number;
  /** Called, then accepted by a person. */
  readonly accepted: number;
  /** Called, and a person said whether there is a defect. */
  readonly judged: number;
  /** Called, and a person saw no defect. */
  readonly falseCalls: number;
  /** Passed, and a person looked all the same. */
  readonly audited: number;
  /** Passed, and the person saw a defect. */
  readonly escaped: number;
}

/** Counts over first attempts decided in a period. */
export async function qualityCounts(database: Database, period: Period): Promise<QualityRow> {
  return qualityCountsQuery(database, period).executeTakeFirstOrThrow();
}

export function qualityCountsQuery(database: Database, { from, to, stationId }: Period) {
  const count = (condition: string) => sql<number>`count(*) filter (where ${sql.raw(condition)})`;
  return database
    .selectFrom('inspection')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('disposition')
          .select(['disposition.disposition as said', 'disposition.verified as saw'])
          .whereRef('disposition.inspectionId', '=', 'inspection.inspectionId')
          .orderBy('disposition.decidedAt', 'desc')
          .orderBy('disposition.dispositionId', 'desc')
          .limit(1)
          .as('person'),
      (join) => join.onTrue(),
    )
    .select([
      count('true').as('inspected'),
      count("verdict = 'pass'").as('passed'),
      count("verdict <> 'pass'").as('called'),
      count("verdict <> 'pass' and person.said = 'accept'").as('accepted'),
      count("verdict <> 'pass' and person.saw is not null").as('judged'),
      count("verdict <> 'pass' and person.saw = 'false-call'").as('falseCalls'),
      count("verdict = 'pass' and person.saw is not null").as('audited'),
      count("verdict = 'pass' and person.saw = 'defect'").as('escaped'),
    ])
    .where('inspection.attempt', '=', 1)
    .where('inspection.challenge', '=', false)
    .where('inspection.decidedAt', '>=', from)
    .where('inspection.decidedAt', '<', to)
    .$if(stationId !== undefined, (query) => query.where('inspection.stationId', '=', stationId ?? ''));
}
