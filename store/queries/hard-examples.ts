import { sql } from 'kysely';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database } from '#store/database.ts';
import { lastDisposition } from '#store/queries/last-disposition.ts';
import { disputes } from '#store/queries/review-queue.ts';

/** Which inspections are looked at; times are ISO 8601 UTC, `from` included, `to` not. */
export interface ExampleFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly stationId?: string | undefined;
  /** Called a defect or a doubt with this label, or settled by the reviewer. */
  readonly label?: string | undefined;
}

/** A whole record with what people said of it last; null where nobody said whether there is a defect. */
export interface HardInspection {
  readonly inspectionId: string;
  readonly decidedAt: string;
  readonly message: InspectionMessage;
  readonly saw: 'defect' | 'false-call' | null;
  readonly reason: string | null;
}

/** Reasons by which the two stages spoke differently of a place, by how it ended. That the reviewer cannot tell is none. */
export const disagreements = {
  refused: disputes.filter((code) => code !== 'review-uncertain') as readonly string[],
  lowered: ['defect-lowered', 'candidate-cleared'] as readonly string[],
  raised: ['defect-raised', 'candidate-confirmed'] as readonly string[],
} as const;

const pageSize = 200;

/**
 * Inspections that a person corrected, or whose stages disagreed, oldest first, read page by page. Known bad parts are
 * left out: the plant did not make them.
 */
export async function* hardExamples(database: Database, filter: ExampleFilter): AsyncGenerator<HardInspection> {
  let after: HardInspection | undefined;
  for (;;) {
    const page: readonly HardInspection[] = await hardExamplesQuery(database, filter, after).execute();
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

export function hardExamplesQuery(
  database: Database,
  { from, to, stationId, label }: ExampleFilter,
  after?: Pick<HardInspection, 'inspectionId' | 'decidedAt'>,
) {
  return hardQuery(database)
    .$if(from !== undefined, (query) => query.where('inspection.decidedAt', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('inspection.decidedAt', '<', to ?? ''))
    .$if(stationId !== undefined, (query) => query.where('inspection.stationId', '=', stationId ?? ''))
    .$if(label !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('detection')
            .select('detection.label')
            .whereRef('detection.inspectionId', '=', 'inspection.inspectionId')
            .whereRef('detection.decidedAt', '=', 'inspection.decidedAt')
            .where('detection.label', '=', label ?? '')
            .where((eb) =>
              eb.or([
                eb('detection.outcome', 'in', ['doubt', 'fail']),
                eb('detection.outcomeSource', '=', 'reviewer' as const),
              ]),
            ),
        ),
      ),
    )
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('inspection.decidedAt', 'inspection.inspectionId'),
          '>',
          eb.tuple(after?.decidedAt ?? '', after?.inspectionId ?? ''),
        ),
      ),
    )
    .orderBy('inspection.decidedAt')
    .orderBy('inspection.inspectionId')
    .limit(pageSize);
}

function hardQuery(database: Database) {
  const { refused, lowered, raised } = disagreements;
  return database
    .selectFrom('inspection')
    .leftJoinLateral(
      (eb) => lastDisposition(eb).select(['disposition.verified as saw', 'disposition.reason as reason']).as('person'),
      (join) => join.onTrue(),
    )
    .select(['inspection.inspectionId', 'inspection.decidedAt', 'inspection.message', 'person.saw', 'person.reason'])
    .where('inspection.challenge', '=', false)
    .where((eb) =>
      eb.or([
        sql<boolean>`(inspection.verdict <> 'pass' and person.saw = 'false-call')`,
        sql<boolean>`(inspection.verdict = 'pass' and person.saw = 'defect')`,
        eb.exists(
          eb
            .selectFrom('reason')
            .select('reason.code')
            .whereRef('reason.inspectionId', '=', 'inspection.inspectionId')
            .whereRef('reason.decidedAt', '=', 'inspection.decidedAt')
            .where('reason.scope', '=', 'outcome')
            .where('reason.code', 'in', [...refused, ...lowered, ...raised]),
        ),
      ]),
    );
}
