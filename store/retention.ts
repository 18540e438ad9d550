import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** A month of inspections that may be removed, or why it may not. */
export interface MonthPlan {
  /** e.g. `202611` */
  readonly month: string;
  readonly inspections: number;
  /** Reports about it that some channel has not delivered yet. */
  readonly unreported: number;
}

const parents = ['inspection', 'detection', 'reason'] as const;

/** Months that ended before `endedBefore` (ISO 8601 UTC), oldest first. */
export async function oldMonths(database: Database, endedBefore: string): Promise<readonly MonthPlan[]> {
  const { rows } = await sql<{ month: string }>`
    select right(relname, 6) as month from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'inspection'::regclass and relname ~ '^inspection_\\d{6}$'
      and (to_date(right(relname, 6), 'YYYYMM') + interval '1 month') at time zone 'UTC' <= ${endedBefore}
    order by month`.execute(database);
  const plans: MonthPlan[] = [];
  for (const { month } of rows) plans.push(await planOf(database, month));
  return plans;
}

async function planOf(database: Database, month: string): Promise<MonthPlan> {
  const { rows } = await sql<Omit<MonthPlan, 'month'>>`
    select count(*) as inspections, count(*) filter (where exists (
      select from report_outbox
      where report_outbox.inspection_id = old.inspection_id and report_outbox.report_no
        > (select coalesce(min(delivered_up_to), 0) from report_channel))) as unreported
    from ${sql.table(`inspection_${month}`)} as old`.execute(database);
  return { month, inspections: rows[0]?.inspections ?? 0, unreported: rows[0]?.unreported ?? 0 };
}

/**
 * Removes a month of evidence whole, with a line in the audit. Receipts, reports and dispositions stay: they are small,
 * and say that the inspection was. Refuses (false) while a report about the month is on its way.
 */
export async function removeMonth(database: Database, month: string, actor: string): Promise<boolean> {
  if (!/^\d{6}$/.test(month)) return false;
  return database.transaction().execute(async (transaction) => {
    const plan = await planOf(transaction, month);
    if (plan.unreported > 0) return false;
    for (const parent of parents) await sql`drop table ${sql.table(`${parent}_${month}`)}`.execute(transaction);
    const detail = JSON.stringify({ inspections: plan.inspections });
    await transaction
      .insertInto('audit')
      .values({ actor, action: 'retention.remove', subject: month, detail })
      .execute();
    return true;
  });
}
