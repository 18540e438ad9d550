import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { lastDisposition } from '#store/queries/last-disposition.ts';
import { isAudited } from '#store/queries/review-queue.ts';
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
  /** Passed, drawn by lot, and a person looked. */
  readonly audited: number;
  /** Of those, with a defect. */
  readonly escaped: number;
  /** Passed, not drawn by lot, and a person or a customer found a defect all the same. */
  readonly foundLater: number;
}

/** Counts over first attempts decided in a period. */
export async function qualityCounts(database: Database, period: Period, auditPerMille: number): Promise<QualityRow> {
  return qualityCountsQuery(database, period, auditPerMille).executeTakeFirstOrThrow();
}

export function qualityCountsQuery(database: Database, { from, to, stationId }: Period, auditPerMille: number) {
  const count = (condition: string) => sql<number>`count(*) filter (where ${sql.raw(condition)})`;
  const drawn = isAudited(auditPerMille);
  const saw = (what: string) => sql`verdict = 'pass' and person.saw ${sql.raw(what)}`;
  return database
    .selectFrom('inspection')
    .leftJoinLateral(
      (eb) =>
        lastDisposition(eb).select(['disposition.disposition as said', 'disposition.verified as saw']).as('person'),
      (join) => join.onTrue(),
    )
    .select([
      count('true').as('inspected'),
      count("verdict = 'pass'").as('passed'),
      count("verdict <> 'pass'").as('called'),
      count("verdict <> 'pass' and person.said = 'accept'").as('accepted'),
      count("verdict <> 'pass' and person.saw is not null").as('judged'),
      count("verdict <> 'pass' and person.saw = 'false-call'").as('falseCalls'),
      sql<number>`count(*) filter (where ${saw('is not null')} and ${drawn})`.as('audited'),
      sql<number>`count(*) filter (where ${saw("= 'defect'")} and ${drawn})`.as('escaped'),
      sql<number>`count(*) filter (where ${saw("= 'defect'")} and not ${drawn})`.as('foundLater'),
    ])
    .where('inspection.attempt', '=', 1)
    .where('inspection.challenge', '=', false)
    .where('inspection.decidedAt', '>=', from)
    .where('inspection.decidedAt', '<', to)
    .$if(stationId !== undefined, (query) => query.where('inspection.stationId', '=', stationId ?? ''));
}
