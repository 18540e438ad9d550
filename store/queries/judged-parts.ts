import { sql } from 'kysely';
import type { Database, VerdictName } from '#store/database.ts';
import { lastDisposition } from '#store/queries/last-disposition.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';
import { isAudited } from '#store/queries/review-queue.ts';

/** A first attempt of which a person said whether there is a defect. */
export interface JudgedInspection {
  readonly verdict: VerdictName;
  /** Highest score of the detector; 0 where it found nothing. */
  readonly score: number;
  readonly saw: 'defect' | 'false-call';
}

const atMost = 5_000;

/**
 * First attempts of a period that a person judged, the newest first and at most 5,000: of those that passed only the ones
 * drawn by lot, since a passed part that somebody went and looked at is no sample. Known bad parts are left out.
 */
export async function judgedParts(
  database: Database,
  period: Period,
  auditPerMille: number,
): Promise<readonly JudgedInspection[]> {
  return judgedPartsQuery(database, period, auditPerMille).execute();
}

export function judgedPartsQuery(database: Database, { from, to, stationId }: Period, auditPerMille: number) {
  return database
    .selectFrom('inspection')
    .innerJoinLateral(
      (eb) => lastDisposition(eb).select('disposition.verified as saw').as('person'),
      (join) => join.on('person.saw', 'is not', null),
    )
    .select((eb) => [
      'inspection.verdict',
      'person.saw',
      eb.fn
        .coalesce(
          eb
            .selectFrom('detection')
            .select((inner) => inner.fn.max('detection.score').as('score'))
            .where('detection.kind', '=', 'detection')
            .whereRef('detection.inspectionId', '=', 'inspection.inspectionId')
            .whereRef('detection.decidedAt', '=', 'inspection.decidedAt'),
          sql<number>`0`,
        )
        .as('score'),
    ])
    .$narrowType<{ saw: 'defect' | 'false-call'; score: number }>()
    .where('inspection.attempt', '=', 1)
    .where('inspection.challenge', '=', false)
    .where('inspection.decidedAt', '>=', from)
    .where('inspection.decidedAt', '<', to)
    .where((eb) => eb.or([eb('inspection.verdict', '!=', 'pass'), isAudited(auditPerMille)]))
    .$if(stationId !== undefined, (query) => query.where('inspection.stationId', '=', stationId ?? ''))
    .orderBy('inspection.decidedAt', 'desc')
    .limit(atMost);
}
