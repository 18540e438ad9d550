import { userInfo } from 'node:os';
import type { Database } from '#store/database.ts';
import { oldMonths, removeMonth } from '#store/retention.ts';

/** Shows the months that ended more than `months` months ago; with `remove`, drops those that are reported. */
export async function retention(database: Database, months: number, remove: boolean): Promise<number> {
  const cutoff = new Date();
  cutoff.setUTCMonth(cutoff.getUTCMonth() - months);
  let kept = 0;
  for (const { month, inspections, unreported } of await oldMonths(database, cutoff.toISOString())) {
    const removed = remove && (await removeMonth(database, month, userInfo().username));
    if (remove && !removed) kept += 1;
    const why = unreported > 0 ? `, ${unreported} not yet reported` : '';
    const outcome = remove ? (removed ? ': removed' : ': kept') : '';
    process.stdout.write(`${month}: ${inspections} inspections${why}${outcome}\n`);
  }
  return kept > 0 ? 1 : 0;
}
