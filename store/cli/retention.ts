import { userInfo } from 'node:os';
import type { Database } from '#store/database.ts';
import { oldMonths, removeMonth } from '#store/retention.ts';

/** Shows the months that ended more than `months` months ago; with `remove`, drops those that are reported. */
export async function retention(database: Database, months: number, remove: boolean): Promise<number> {
  let kept = 0;
  for (const { month, inspections, unreported } of await oldMonths(database, retentionCutoff(new Date(), months))) {
    const removed = remove && (await removeMonth(database, month, userInfo().username));
    if (remove && !removed) kept += 1;
    const why = unreported > 0 ? `, ${unreported} not yet reported` : '';
    const outcome = remove ? (removed ? ': removed' : ': kept') : '';
    process.stdout.write(`${month}: ${inspections} inspections${why}${outcome}\n`);
  }
  return kept > 0 ? 1 : 0;
}

/**
 * Start of the month `months` before that of `now`, ISO 8601 UTC. The first day, since not every month has a 29th to
 * 31st, and months end with a first day only.
 */
export function retentionCutoff(now: Date, months: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString();
}
