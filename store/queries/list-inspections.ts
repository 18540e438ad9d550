import { sql } from 'kysely';
import type { Database, DispositionName, VerdictName } from '#store/database.ts';
import { lastDisposition } from '#store/queries/last-disposition.ts';
import { decodeCursor, encodeCursor } from '#store/queries/cursor.ts';

export interface InspectionFilter {
  /** At most this many, newest first. */
  readonly limit: number;
  readonly verdict?: VerdictName | undefined;
  readonly stationId?: string | undefined;
  readonly serial?: string | undefined;
  readonly lot?: string | undefined;
  readonly productId?: string | undefined;
  /** Decided at or after, ISO 8601 UTC. */
  readonly from?: string | undefined;
  /** Decided before, ISO 8601 UTC. */
  readonly to?: string | undefined;
  /** Called a defect or a doubt with this label. */
  readonly label?: string | undefined;
  readonly modelVersion?: string | undefined;
  readonly recipeVersion?: string | undefined;
  /** `next` of the page before. */
  readonly before?: string | undefined;
}

/** One line of the list of inspections. */
export interface InspectionSummary {
  readonly inspectionId: string;
  readonly site: string;
  readonly line: string;
  readonly stationId: string;
  readonly serial: string;
  readonly attempt: number;
  readonly lot: string;
  readonly productId: string;
  readonly verdict: VerdictName;
  /** ISO 8601 UTC. */
  readonly triggeredAt: string;
  readonly decidedAt: string;
  readonly storedAt: string;
  readonly recovered: boolean;
  readonly simulated: boolean;
  /** A known bad part: left out of every figure. */
  readonly challenge: boolean;
  readonly totalMs: number;
  readonly taktMs: number;
  /** Labels of what was called a defect or a doubt, most severe outcome first; each once. */
  readonly labels: readonly string[];
  /** Codes of the reasons of the verdict, in their order. */
  readonly reasons: readonly string[];
  /** What people decided last; null while nobody has. */
  readonly disposition: DispositionName | null;
}

export interface InspectionPage {
  readonly inspections: readonly InspectionSummary[];
  /** Give it as `before` for the next page; null on the last. */
  readonly next: string | null;
}

/** Inspections, newest decision first. An unreadable cursor gives the first page. */
export async function listInspections(database: Database, filter: InspectionFilter): Promise<InspectionPage> {
  const rows = await inspectionListQuery(database, filter).execute();
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return { inspections: page, next: rows.length > filter.limit && last ? encodeCursor(last) : null };
}

/** One row more than the limit, to know whether there is a next page. */
export function inspectionListQuery(database: Database, filter: InspectionFilter) {
  const { verdict, stationId, serial, lot, productId } = filter;
  const cursor = filter.before === undefined ? null : decodeCursor(filter.before);
  return madeWith(calledQuery(summaryQuery(database), filter), filter)
    .$if(verdict !== undefined, (query) => query.where('inspection.verdict', '=', verdict ?? 'pass'))
    .$if(stationId !== undefined, (query) => query.where('inspection.stationId', '=', stationId ?? ''))
    .$if(serial !== undefined, (query) => query.where('inspection.serial', '=', serial ?? ''))
    .$if(lot !== undefined, (query) => query.where('inspection.lot', '=', lot ?? ''))
    .$if(productId !== undefined, (query) => query.where('inspection.productId', '=', productId ?? ''))
    .$if(cursor !== null, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('inspection.decidedAt', 'inspection.inspectionId'),
          '<',
          eb.tuple(cursor?.decidedAt ?? '', cursor?.inspectionId ?? ''),
        ),
      ),
    )
    .orderBy('inspection.decidedAt', 'desc')
    .orderBy('inspection.inspectionId', 'desc')
    .limit(filter.limit + 1);
}

type SummaryQuery = ReturnType<typeof summaryQuery>;

/** Narrows to a time and to what was called. */
function calledQuery(inspections: SummaryQuery, { from, to, label }: InspectionFilter): SummaryQuery {
  return inspections
    .$if(from !== undefined, (query) => query.where('inspection.decidedAt', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('inspection.decidedAt', '<', to ?? ''))
    .$if(label !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('detection')
            .select('detection.label')
            .whereRef('detection.inspectionId', '=', 'inspection.inspectionId')
            .whereRef('detection.decidedAt', '=', 'inspection.decidedAt')
            .where('detection.outcome', 'in', ['doubt', 'fail'])
            .where('detection.label', '=', label ?? ''),
        ),
      ),
    );
}

/** Narrows to what the inspections were made with. */
function madeWith(inspections: SummaryQuery, { modelVersion, recipeVersion }: InspectionFilter): SummaryQuery {
  return inspections
    .$if(modelVersion !== undefined, (query) => query.where('inspection.modelVersion', '=', modelVersion ?? ''))
    .$if(recipeVersion !== undefined, (query) => query.where('inspection.recipeVersion', '=', recipeVersion ?? ''));
}

/** Columns of InspectionSummary; the parts come from indexed sub-queries, one row each. */
export function summaryQuery(database: Database) {
  return database.selectFrom('inspection').select((eb) => [
    'inspection.inspectionId',
    'inspection.site',
    'inspection.line',
    'inspection.stationId',
    'inspection.serial',
    'inspection.attempt',
    'inspection.lot',
    'inspection.productId',
    'inspection.verdict',
    'inspection.triggeredAt',
    'inspection.decidedAt',
    'inspection.storedAt',
    'inspection.recovered',
    'inspection.simulated',
    'inspection.challenge',
    'inspection.totalMs',
    'inspection.taktMs',
    sql<readonly string[]>`array(
      select detection.label from detection
      where detection.inspection_id = inspection.inspection_id and detection.decided_at = inspection.decided_at
        and detection.outcome in ('doubt', 'fail')
      group by detection.label order by max(detection.outcome) desc, detection.label)`.as('labels'),
    sql<readonly string[]>`array(
      select reason.code from reason
      where reason.inspection_id = inspection.inspection_id and reason.decided_at = inspection.decided_at
        and reason.scope = 'verdict'
      order by reason.position)`.as('reasons'),
    lastDisposition(eb).select('disposition.disposition').as('disposition'),
  ]);
}
