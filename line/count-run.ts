import { join } from 'node:path';
import { createLog } from '#host/log.ts';
import type { LineSetting } from '#line/process-specs.ts';
import { lastTriggerNo, readLedger } from '#line/station/read-ledger.ts';
import { summarize, type LineSummary, type StationSummary } from '#line/summary.ts';
import { openDatabase } from '#store/open-database.ts';
import { countForSummary } from '#store/queries/count-for-summary.ts';

/** Where each station's ledger ends now, so that a run counts its own parts alone. */
export function ledgerStarts({ options, place }: LineSetting): ReadonlyMap<string, number> {
  return new Map(options.stations.map((name) => [name, lastTriggerNo(ledgerDir(place.dataDir, name))]));
}

/** Counts the parts since `starts`: what the stations' ledgers say, and what the plant holds of them. */
export async function countRun(
  { options, place }: LineSetting,
  databaseUrl: string,
  starts: ReadonlyMap<string, number>,
): Promise<LineSummary> {
  const inspectionIds: string[] = [];
  const stations: Record<string, StationSummary> = {};
  for (const name of options.stations) {
    const { inspectionIds: ids, ...counts } = readLedger(ledgerDir(place.dataDir, name), starts.get(name) ?? 0);
    inspectionIds.push(...ids);
    stations[name] = counts;
  }
  const log = createLog('line', 'warn');
  await using database = openDatabase({ url: databaseUrl, connections: 1, name: 'hairline-line', log });
  return summarize(stations, await countForSummary(database, { inspectionIds }));
}

function ledgerDir(dataDir: string, station: string): string {
  return join(dataDir, `station-${station}`);
}
