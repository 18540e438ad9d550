import { sql } from 'kysely';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database, ReportKind } from '#store/database.ts';
import type { DispositionRecord } from '#store/queries/inspection-by-id.ts';

/** A report of the outbox with all that it speaks of. */
export interface PendingReport {
  readonly reportNo: number;
  readonly reportId: string;
  readonly kind: ReportKind;
  readonly inspectionId: string;
  /** Number of the report before this one; null for the first. A receiver sees by it that one is missing. */
  readonly previousReportNo: number | null;
  /** null where retention has removed the inspection. */
  readonly message: InspectionMessage | null;
  readonly storedAt: string | null;
  /** For a disposition: what was decided. */
  readonly disposition: DispositionRecord | null;
  /** For a disposition: id of the report of its inspection. */
  readonly verifiesReportId: string | null;
}

/** Reports above `afterReportNo`, in order, at most `limit`. */
export async function reportsAfter(
  database: Database,
  afterReportNo: number,
  limit: number,
): Promise<readonly PendingReport[]> {
  return (await reportsAfterQuery(database, afterReportNo, limit).execute()).map(pendingOf);
}

export function reportsAfterQuery(database: Database, afterReportNo: number, limit: number) {
  return reportsQuery(database, limit).where('reportOutbox.reportNo', '>', afterReportNo);
}

/** Reports that the receiver of a channel refused and that are to be sent again, in order, at most `limit`. */
export async function reportsRefused(
  database: Database,
  channel: string,
  limit: number,
): Promise<readonly PendingReport[]> {
  return (await reportsRefusedQuery(database, channel, limit).execute()).map(pendingOf);
}

export function reportsRefusedQuery(database: Database, channel: string, limit: number) {
  return reportsQuery(database, limit).where('reportOutbox.reportNo', 'in', (eb) =>
    eb
      .selectFrom('reportRefusal')
      .select('reportRefusal.reportNo')
      .where('reportRefusal.channel', '=', channel)
      .where('reportRefusal.resolvedAt', 'is', null)
      .where('reportRefusal.again', '=', true),
  );
}

function reportsQuery(database: Database, limit: number) {
  return database
    .selectFrom('reportOutbox')
    .leftJoin('inspection', 'inspection.inspectionId', 'reportOutbox.inspectionId')
    .leftJoin('disposition', 'disposition.dispositionId', 'reportOutbox.dispositionId')
    .select([
      'reportOutbox.reportNo',
      'reportOutbox.reportId',
      'reportOutbox.kind',
      'reportOutbox.inspectionId',
      'inspection.message',
      'inspection.storedAt',
      'disposition.dispositionId',
      'disposition.disposition',
      'disposition.verified',
      'disposition.reason',
      'disposition.decidedBy',
      'disposition.decidedAt',
      sql<number | null>`(select max(earlier.report_no) from report_outbox as earlier
        where earlier.report_no < report_outbox.report_no)`.as('previousReportNo'),
      sql<string | null>`(select verified.report_id from report_outbox as verified
        where report_outbox.kind = 'disposition' and verified.kind = 'inspection'
          and verified.inspection_id = report_outbox.inspection_id)`.as('verifiesReportId'),
    ])
    .orderBy('reportOutbox.reportNo')
    .limit(limit);
}

type Row = Awaited<ReturnType<ReturnType<typeof reportsQuery>['execute']>>[number];

function pendingOf(row: Row): PendingReport {
  return {
    reportNo: row.reportNo,
    reportId: row.reportId,
    kind: row.kind,
    inspectionId: row.inspectionId,
    previousReportNo: row.previousReportNo,
    message: row.message,
    storedAt: row.storedAt,
    disposition: dispositionOf(row),
    verifiesReportId: row.verifiesReportId,
  };
}

function dispositionOf(row: Row): DispositionRecord | null {
  const { dispositionId, disposition, reason, decidedBy, decidedAt } = row;
  if (dispositionId === null || disposition === null || reason === null) return null;
  if (decidedBy === null || decidedAt === null) return null;
  return { dispositionId, disposition, verified: row.verified, reason, decidedBy, decidedAt };
}
