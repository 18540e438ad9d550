import { sql } from 'kysely';
import type { Database } from '#store/database.ts';

/** What the database holds at the end. */
export interface Counts {
  readonly stored: number;
  readonly triggers: number;
  readonly secondAttempts: number;
  /** Found open after a kill, and closed as undecided. */
  readonly recovered: number;
  readonly streams: number;
  readonly streamsWithGap: number;
  readonly receipts: number;
  readonly dispositions: number;
  readonly reports: number;
  readonly reportedInspections: number;
  readonly reportedDispositions: number;
  readonly lastReportNo: number;
  readonly deadLetters: number;
  /** Set aside for a reason that no garbage of the campaign gives. */
  readonly strayDeadLetters: number;
}

export async function count(database: Database, stations: readonly string[]): Promise<Counts> {
  const { rows } = await sql<Counts>`select
    (select count(*) from inspection) as stored,
    (select count(distinct (station_id, epoch, trigger_no)) from inspection) as triggers,
    (select count(*) from inspection where attempt = 2) as second_attempts,
    (select count(*) from inspection where recovered) as recovered,
    (select count(*) from station_mark where station_id = any(${stations})) as streams,
    (select count(*) from station_mark where sequence <> highest_sequence or sequence <>
      (select count(*) from receipt where receipt.stream_id = station_mark.stream_id)) as streams_with_gap,
    (select count(*) from receipt where inspection_id is not null) as receipts,
    (select count(*) from disposition) as dispositions,
    (select count(distinct report_id) from report_outbox) as reports,
    (select count(distinct inspection_id) from report_outbox where kind = 'inspection') as reported_inspections,
    (select count(distinct disposition_id) from report_outbox where kind = 'disposition') as reported_dispositions,
    (select coalesce(max(report_no), 0) from report_outbox) as last_report_no,
    (select count(*) from dead_letter) as dead_letters,
    (select count(*) from dead_letter where reason not in ('not-json', 'schema-version')) as stray_dead_letters`.execute(
    database,
  );
  const [counts] = rows;
  if (!counts) throw new Error('the database answers nothing');
  return counts;
}
