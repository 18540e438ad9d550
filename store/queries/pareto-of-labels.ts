import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { ofCountedPart } from '#store/queries/of-counted-part.ts';

/** Which inspections are counted; times are ISO 8601 UTC, `from` included, `to` not. */
export interface Period {
  readonly from: string;
  readonly to: string;
  readonly stationId?: string | undefined;
}

/** How often a label was called. */
export interface LabelCount {
  readonly label: string;
  readonly fail: number;
  readonly doubt: number;
  /** Inspections with at least one such call. */
  readonly inspections: number;
}

/** Calls by label, the most frequent first. */
export async function paretoOfLabels(database: Database, period: Period): Promise<readonly LabelCount[]> {
  return paretoOfLabelsQuery(database, period).execute();
}

export function paretoOfLabelsQuery(database: Database, { from, to, stationId }: Period) {
  return database
    .selectFrom('detection')
    .select((eb) => [
      'label',
      eb.fn.countAll<number>().filterWhere('outcome', '=', 'fail').as('fail'),
      eb.fn.countAll<number>().filterWhere('outcome', '=', 'doubt').as('doubt'),
      eb.fn.count<number>('inspectionId').distinct().as('inspections'),
    ])
    .where('detection.outcome', 'in', ['doubt', 'fail'])
    .where('detection.decidedAt', '>=', from)
    .where('detection.decidedAt', '<', to)
    .where(ofCountedPart)
    .$if(stationId !== undefined, (query) => query.where('detection.stationId', '=', stationId ?? ''))
    .groupBy('label')
    .orderBy(sql`count(*)`, 'desc')
    .orderBy('label');
}
