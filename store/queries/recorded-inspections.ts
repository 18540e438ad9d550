import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database } from '#store/database.ts';

export interface RecordFilter {
  readonly from?: string | undefined;
  /** Not included. */
  readonly to?: string | undefined;
  readonly stationId?: string | undefined;
  readonly lot?: string | undefined;
  readonly line?: string | undefined;
}

/** A whole record with its place in the order of decisions. */
export interface RecordedInspection {
  readonly inspectionId: string;
  readonly decidedAt: string;
  readonly storedAt: string;
  readonly message: InspectionMessage;
}

const pageSize = 500;

/** Whole records, oldest decision first, read page by page: any number of them fits into memory. */
export async function* recordedInspections(
  database: Database,
  filter: RecordFilter,
): AsyncGenerator<RecordedInspection> {
  let after: RecordedInspection | undefined;
  for (;;) {
    const page: readonly RecordedInspection[] = await recordedPageQuery(database, filter, after).execute();
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

export function recordedPageQuery(
  database: Database,
  { from, to, stationId, lot, line }: RecordFilter,
  after?: Pick<RecordedInspection, 'inspectionId' | 'decidedAt'>,
) {
  return database
    .selectFrom('inspection')
    .select(['inspectionId', 'decidedAt', 'storedAt', 'message'])
    .$if(from !== undefined, (query) => query.where('decidedAt', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('decidedAt', '<', to ?? ''))
    .$if(stationId !== undefined, (query) => query.where('stationId', '=', stationId ?? ''))
    .$if(lot !== undefined, (query) => query.where('lot', '=', lot ?? ''))
    .$if(line !== undefined, (query) => query.where('line', '=', line ?? ''))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('decidedAt', 'inspectionId'), '>', eb.tuple(after?.decidedAt ?? '', after?.inspectionId ?? '')),
      ),
    )
    .orderBy('decidedAt')
    .orderBy('inspectionId')
    .limit(pageSize);
}
