import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { reviewQueue, type QueueEntry, type QueueWish } from '#store/queries/review-queue.ts';

// More than a person looks at one part; a screen that is still there claims again before.
const claimMinutes = 5;
// Others may claim between looking and claiming; so many rounds, then there is little left to claim.
const rounds = 5;

/**
 * Claims the first parts of the queue for one screen, at most `wish.limit`: those it has already, and more. Nobody else
 * gets them until they are disposed of or the claim has run out.
 */
export async function claimReviews(database: Database, wish: QueueWish): Promise<readonly QueueEntry[]> {
  for (let round = 0; round < rounds; round += 1) {
    const wanted = await reviewQueue(database, wish);
    if (wanted.length === 0) return [];
    const claimed = await claimQuery(database, wish.claimedBy, wanted).execute();
    const ids = new Set(claimed.map(({ inspectionId }) => inspectionId));
    if (ids.size > 0) return wanted.filter(({ inspectionId }) => ids.has(inspectionId));
  }
  return [];
}

/** A claim of another that has not run out stays; one row at a time decides, so two cannot both get it. */
export function claimQuery(database: Database, claimedBy: string, entries: readonly QueueEntry[]) {
  const claimedUntil = sql<string>`now() + ${sql.lit(claimMinutes)} * interval '1 minute'`;
  return database
    .insertInto('reviewClaim')
    .values(
      entries
        .map(({ inspectionId }) => ({ inspectionId, claimedBy, claimedUntil }))
        .toSorted((a, b) => (a.inspectionId < b.inspectionId ? -1 : 1)),
    )
    .onConflict((conflict) =>
      conflict
        .column('inspectionId')
        .doUpdateSet({ claimedBy, claimedUntil })
        .where((eb) =>
          eb.or([
            eb('reviewClaim.claimedBy', '=', claimedBy),
            eb('reviewClaim.claimedUntil', '<=', sql<string>`now()`),
          ]),
        ),
    )
    .returning('inspectionId');
}
