import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** Why a part waits for a person. */
export type QueueCause = 'undecided' | 'disputed' | 'audit' | 'fail';

export interface QueueEntry {
  readonly inspectionId: string;
  readonly cause: QueueCause;
}

export interface QueueWish {
  /** Who asks: parts claimed by others are left out. */
  readonly claimedBy: string;
  /** Only inspections decided since, ISO 8601 UTC. */
  readonly since: string;
  /** Of a thousand passed parts, how many are looked at blind; 0 = none. */
  readonly auditPerMille: number;
  readonly limit: number;
}

// The reviewer said something and a check refused it, or it could not tell: both stages speak of the part differently.
export const disputes = [
  'review-uncertain',
  'iou-below-limit',
  'matches-another',
  'area-out-of-range',
  'area-off',
  'region-none',
  'region-merged',
  'region-incomplete',
  'label-disagrees',
  'benign-cause-unknown',
  'lower-not-allowed',
  'lower-not-independent',
] as const;

/** One passed part in fifty is looked at blind: enough to estimate escapes within a week, little enough to be done. */
export const auditedPerMille = 20;

/** Reason of an entry that takes a disposition back: the part waits again. */
export const undoneReason = 'undone';

/**
 * Parts that wait for a person and that nobody else looks at. First those that the asker has claimed: what is in a
 * person's hands is not exchanged for what came meanwhile. Then undecided, disputed and blind audits, then those that
 * failed; of each the oldest first. Which passed parts are audited follows from their id, so that every asker gets the
 * same ones.
 */
export async function reviewQueue(database: Database, wish: QueueWish): Promise<readonly QueueEntry[]> {
  return reviewQueueQuery(database, wish).execute();
}

export function reviewQueueQuery(database: Database, { claimedBy, since, auditPerMille, limit }: QueueWish) {
  const rank = sql<number>`case cause when 'fail' then 1 else 0 end`;
  return database
    .selectFrom(waitingQuery(database, since, auditPerMille).as('waiting'))
    .leftJoin('reviewClaim', (join) =>
      join
        .onRef('reviewClaim.inspectionId', '=', 'waiting.inspectionId')
        .on('reviewClaim.claimedUntil', '>', sql<string>`now()`),
    )
    .select(['waiting.inspectionId', sql<QueueCause>`cause`.as('cause')])
    .where((eb) => eb.or([eb('reviewClaim.claimedBy', 'is', null), eb('reviewClaim.claimedBy', '=', claimedBy)]))
    .orderBy(sql`claimed_by is null`)
    .orderBy(rank)
    .orderBy('waiting.decidedAt')
    .orderBy('waiting.inspectionId')
    .limit(limit);
}

function waitingQuery(database: Database, since: string, auditPerMille: number) {
  return database
    .selectFrom('inspection')
    .select((eb) => [
      'inspection.inspectionId',
      'inspection.decidedAt',
      sql<QueueCause>`case
        when inspection.verdict = 'undecided' then 'undecided'
        when inspection.verdict = 'pass' then 'audit'
        when ${eb.exists(
          eb
            .selectFrom('reason')
            .select('reason.code')
            .whereRef('reason.inspectionId', '=', 'inspection.inspectionId')
            .whereRef('reason.decidedAt', '=', 'inspection.decidedAt')
            .where('reason.code', 'in', disputes),
        )} then 'disputed'
        else 'fail' end`.as('cause'),
    ])
    .where('inspection.decidedAt', '>=', since)
    .where('inspection.challenge', '=', false)
    .where((eb) => eb.or([eb('inspection.verdict', '!=', 'pass'), isAudited(auditPerMille)]))
    .where(sql<boolean>`coalesce((select disposition.reason from disposition
      where disposition.inspection_id = inspection.inspection_id
      order by disposition.decided_at desc, disposition.disposition_id desc limit 1), ${undoneReason}) = ${undoneReason}`);
}

/** Whether a part is among so many of a thousand that are looked at blind, where it passed. */
export function isAudited(auditPerMille: number) {
  return sql<boolean>`${drawnByLot()} < ${sql.lit(auditPerMille)}`;
}

/** A number from 0 to 999 that follows from the id alone. */
function drawnByLot() {
  return sql<number>`(('x' || substr(md5(inspection.inspection_id::text), 1, 7))::bit(28)::int % 1000)`;
}

/** How many parts wait, by cause, claimed or not. */
export async function reviewQueueLength(
  database: Database,
  since: string,
  auditPerMille: number,
): Promise<Readonly<Record<QueueCause, number>>> {
  const rows = await reviewQueueLengthQuery(database, since, auditPerMille).execute();
  const counts = { undecided: 0, disputed: 0, audit: 0, fail: 0 };
  for (const { cause, count } of rows) counts[cause] = count;
  return counts;
}

export function reviewQueueLengthQuery(database: Database, since: string, auditPerMille: number) {
  return database
    .selectFrom(waitingQuery(database, since, auditPerMille).as('waiting'))
    .select((eb) => [sql<QueueCause>`cause`.as('cause'), eb.fn.countAll<number>().as('count')])
    .groupBy('cause');
}
