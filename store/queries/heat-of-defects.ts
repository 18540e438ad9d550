import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';

/** Which calls are counted. */
export interface HeatFilter extends Period {
  readonly label?: string | undefined;
}

/** A view of a product at a station on which something was called, with its frame as it was last. */
export interface CalledView {
  readonly stationId: string;
  readonly productId: string;
  readonly viewId: string;
  /** Defects and doubts called on it. */
  readonly calls: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly goldenSha256: string | null;
}

/** Calls whose middle lies in one square of a view; known bad parts are left out. */
export interface HeatCell {
  readonly column: number;
  readonly row: number;
  readonly fail: number;
  readonly doubt: number;
  /** Inspections with at least one such call. */
  readonly inspections: number;
}

/** Views with calls in a period, the most called first. */
export async function calledViews(database: Database, filter: HeatFilter): Promise<readonly CalledView[]> {
  return calledViewsQuery(database, filter).execute();
}

export function calledViewsQuery(database: Database, filter: HeatFilter) {
  const called = callsQuery(database, filter)
    .select((eb) => [
      'inspection.stationId',
      'inspection.productId',
      'detection.viewId',
      eb.fn.countAll<number>().as('calls'),
      eb.fn.max('inspection.decidedAt').as('lastAt'),
      sql<string>`(array_agg(inspection.inspection_id order by inspection.decided_at desc))[1]`.as('lastId'),
    ])
    .groupBy(['inspection.stationId', 'inspection.productId', 'detection.viewId']);
  return database
    .selectFrom(called.as('called'))
    .innerJoin('inspection as last', (join) =>
      join.onRef('last.inspectionId', '=', 'called.lastId').onRef('last.decidedAt', '=', 'called.lastAt'),
    )
    .innerJoinLateral(
      sql<{ seen: unknown }>`(select value as seen from jsonb_array_elements(last.message -> 'views'))`.as('view'),
      (join) => join.on(sql<boolean>`view.seen ->> 'viewId' = called.view_id`),
    )
    .select([
      'called.stationId',
      'called.productId',
      'called.viewId',
      'called.calls',
      sql<number>`(view.seen ->> 'widthPx')::int`.as('widthPx'),
      sql<number>`(view.seen ->> 'heightPx')::int`.as('heightPx'),
      sql<string | null>`view.seen ->> 'goldenSha256'`.as('goldenSha256'),
    ])
    .orderBy('called.calls', 'desc')
    .orderBy('called.stationId')
    .orderBy('called.productId')
    .orderBy('called.viewId');
}

/** Where the squares of a view begin: `cellPx` pixels a side, from the upper left corner. */
export interface HeatGrid extends Pick<CalledView, 'stationId' | 'productId' | 'viewId' | 'widthPx' | 'heightPx'> {
  readonly cellPx: number;
}

/** Calls by square, those with any; what lies beyond the frame counts for the square at its edge. */
export async function heatOfDefects(
  database: Database,
  filter: HeatFilter,
  grid: HeatGrid,
): Promise<readonly HeatCell[]> {
  return heatOfDefectsQuery(database, filter, grid).execute();
}

export function heatOfDefectsQuery(database: Database, filter: HeatFilter, grid: HeatGrid) {
  const { stationId, productId, viewId, widthPx, heightPx, cellPx } = grid;
  const place = (middle: string, sidePx: number) => {
    const last = Math.max(0, Math.ceil(sidePx / cellPx) - 1);
    return sql<number>`greatest(0, least(${sql.lit(last)}, floor((${sql.raw(middle)}) / 2 / ${sql.lit(cellPx)})))::int`;
  };
  return callsQuery(database, { ...filter, stationId })
    .where('inspection.productId', '=', productId)
    .where('detection.viewId', '=', viewId)
    .select((eb) => [
      place('detection.x1 + detection.x2', widthPx).as('column'),
      place('detection.y1 + detection.y2', heightPx).as('row'),
      eb.fn.countAll<number>().filterWhere('detection.outcome', '=', 'fail').as('fail'),
      eb.fn.countAll<number>().filterWhere('detection.outcome', '=', 'doubt').as('doubt'),
      eb.fn.count<number>('detection.inspectionId').distinct().as('inspections'),
    ])
    .groupBy(['column', 'row'])
    .orderBy('row')
    .orderBy('column');
}

function callsQuery(database: Database, { from, to, stationId, label }: HeatFilter) {
  return database
    .selectFrom('detection')
    .innerJoin('inspection', (join) =>
      join
        .onRef('inspection.inspectionId', '=', 'detection.inspectionId')
        .onRef('inspection.decidedAt', '=', 'detection.decidedAt'),
    )
    .where('detection.outcome', 'in', ['doubt', 'fail'])
    .where('detection.decidedAt', '>=', from)
    .where('detection.decidedAt', '<', to)
    .where('inspection.challenge', '=', false)
    .$if(stationId !== undefined, (query) => query.where('detection.stationId', '=', stationId ?? ''))
    .$if(label !== undefined, (query) => query.where('detection.label', '=', label ?? ''));
}
