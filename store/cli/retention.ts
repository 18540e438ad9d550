import { userInfo } from 'node:os';
import type { Database } from '#store/database.ts';
import type { EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { removeEvidence } from '#store/evidence/trim-evidence.ts';
import { oldMonths, removeMonth } from '#store/retention.ts';

export interface RetentionWish {
  readonly database: Database;
  /** null: images are left alone. */
  readonly folder: EvidenceFolder | null;
  readonly months: number;
  readonly remove: boolean;
}

/**
 * Shows the months that ended more than `months` months ago; with `remove`, drops those that are reported, and the images
 * that no inspection has named since. 1 where a month had to be kept.
 */
export async function retention({ database, folder, months, remove }: RetentionWish): Promise<number> {
  const endedBefore = retentionCutoff(new Date(), months);
  let kept = 0;
  for (const { month, inspections, unreported } of await oldMonths(database, endedBefore)) {
    const removed = remove && (await removeMonth(database, month, userInfo().username));
    if (remove && !removed) kept += 1;
    const why = unreported > 0 ? `, ${unreported} not yet reported` : '';
    const outcome = remove ? (removed ? ': removed' : ': kept') : '';
    process.stdout.write(`${month}: ${inspections} inspections${why}${outcome}\n`);
  }
  if (kept > 0) {
    process.stderr.write('some channel has not delivered all reports: npm run store -- channels\n');
    return 1;
  }
  if (remove && folder) {
    const images = await removeEvidence(database, folder, endedBefore);
    process.stdout.write(`${images} images removed\n`);
  }
  return 0;
}

/**
 * Start of the month `months` before that of `now`, ISO 8601 UTC. The first day, since not every month has a 29th to
 * 31st, and months end with a first day only.
 */
export function retentionCutoff(now: Date, months: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString();
}
