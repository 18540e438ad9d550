import { sql } from 'kysely';
import type { Database, SparkplugMetrics } from '#store/database.ts';

/** Birth number of the next session of an edge node: from 0, one more at each call, 0 again after 255. */
export async function nextBdSeq(database: Database, node: string): Promise<number> {
  const { bdSeq } = await nextBdSeqQuery(database, node).executeTakeFirstOrThrow();
  return bdSeq;
}

export function nextBdSeqQuery(database: Database, node: string) {
  return database
    .insertInto('sparkplugNode')
    .values({ node, bdSeq: 0 })
    .onConflict((conflict) =>
      conflict.column('node').doUpdateSet({ bdSeq: sql<number>`(sparkplug_node.bd_seq + 1) % 256` }),
    )
    .returning('bdSeq');
}

/** What each device last said, by station. */
export async function sparkplugDevices(
  database: Database,
): Promise<readonly { readonly stationId: string; readonly metrics: SparkplugMetrics }[]> {
  return database.selectFrom('sparkplugDevice').select(['stationId', 'metrics']).execute();
}

/** Keeps what a device has said, for the next birth. */
export async function keepSparkplugDevice(
  database: Database,
  stationId: string,
  metrics: SparkplugMetrics,
): Promise<void> {
  await keepSparkplugDeviceQuery(database, stationId, metrics).execute();
}

export function keepSparkplugDeviceQuery(database: Database, stationId: string, metrics: SparkplugMetrics) {
  return database
    .insertInto('sparkplugDevice')
    .values({ stationId, metrics: JSON.stringify(metrics) })
    .onConflict((conflict) =>
      conflict.column('stationId').doUpdateSet((eb) => ({ metrics: eb.ref('excluded.metrics') })),
    );
}

/** Number of the last report in the outbox; 0 where there is none. */
export async function lastReportNo(database: Database): Promise<number> {
  const row = await lastReportNoQuery(database).executeTakeFirst();
  return row?.reportNo ?? 0;
}

export function lastReportNoQuery(database: Database) {
  return database.selectFrom('reportOutbox').select('reportNo').orderBy('reportNo', 'desc').limit(1);
}
