import type { Database } from '#store/database.ts';
import { disagreements } from '#store/queries/hard-examples.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';
import { disputes } from '#store/queries/review-queue.ts';

/** How often detector and reviewer did not say the same, by the reason that the rules gave. */
export interface DisagreementCount {
  readonly code: string;
  /** Why there was no answer, for review-unavailable; else empty. */
  readonly why: string;
  readonly places: number;
  readonly inspections: number;
}

const noAnswer = 'review-unavailable';
const codes = [...disputes, ...disagreements.lowered, ...disagreements.raised, noAnswer];

/** Reasons by which the two stages spoke differently of a place, or the reviewer said nothing; the most frequent first. */
export async function countDisagreements(database: Database, period: Period): Promise<readonly DisagreementCount[]> {
  return countDisagreementsQuery(database, period).execute();
}

export function countDisagreementsQuery(database: Database, { from, to, stationId }: Period) {
  return database
    .selectFrom('reason')
    .innerJoin('inspection', (join) =>
      join
        .onRef('inspection.inspectionId', '=', 'reason.inspectionId')
        .onRef('inspection.decidedAt', '=', 'reason.decidedAt'),
    )
    .select((eb) => [
      'reason.code',
      eb.case().when('reason.code', '=', noAnswer).then(eb.ref('reason.detail')).else('').end().as('why'),
      eb.fn.countAll<number>().as('places'),
      eb.fn.count<number>('reason.inspectionId').distinct().as('inspections'),
    ])
    .where('reason.scope', '=', 'outcome')
    .where('reason.code', 'in', codes)
    .where('reason.decidedAt', '>=', from)
    .where('reason.decidedAt', '<', to)
    .where('inspection.challenge', '=', false)
    .$if(stationId !== undefined, (query) => query.where('reason.stationId', '=', stationId ?? ''))
    .groupBy(['reason.code', 'why'])
    .orderBy('places', 'desc')
    .orderBy('reason.code')
    .orderBy('why');
}
