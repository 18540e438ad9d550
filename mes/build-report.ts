import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { DispositionReport, InspectionReport, Report } from '#mes/report.schema.ts';
import type { PendingReport } from '#store/queries/pending-reports.ts';

/** The report as it travels; null where retention has removed what it would speak of. */
export function buildReport(pending: PendingReport): Report | null {
  const { message, storedAt } = pending;
  if (message === null || storedAt === null) return null;
  if (pending.kind === 'inspection') return inspectionReport(pending, message, storedAt);
  return pending.disposition && dispositionReport(pending, message, pending.disposition);
}

function commonFields(pending: PendingReport, message: InspectionMessage) {
  const { site, line, stationId, serial, attempt, lot, productId, verdict } = message;
  const { reportId, reportNo, previousReportNo, inspectionId } = pending;
  const numbers = { schemaVersion: 1 as const, reportId, reportNo, previousReportNo, inspectionId };
  return { ...numbers, site, line, stationId, serial, attempt, lot, productId, verdict };
}

function inspectionReport(pending: PendingReport, message: InspectionMessage, storedAt: string): InspectionReport {
  return {
    ...commonFields(pending, message),
    kind: 'inspection',
    triggeredAt: message.triggeredAt,
    decidedAt: message.decidedAt,
    storedAt,
    recovered: message.recovered,
    simulated: message.simulated,
    defects: defectsOf(message),
    reasons: message.reasons,
    digests: message.digests,
    inspectionTimeMs: message.timings.totalMs,
    taktMs: message.timings.taktMs,
  };
}

function dispositionReport(
  pending: PendingReport,
  message: InspectionMessage,
  decided: NonNullable<PendingReport['disposition']>,
): DispositionReport {
  const { disposition, verified, reason, decidedBy, decidedAt } = decided;
  return {
    ...commonFields(pending, message),
    kind: 'disposition',
    verifiesReportId: pending.verifiesReportId,
    disposition,
    verified,
    reason,
    decidedBy,
    decidedAt,
  };
}

/** Everything that was called a defect or a doubt; what was accepted is no defect. */
function defectsOf(message: InspectionMessage): InspectionReport['defects'] {
  return message.outcomes.flatMap(({ id, viewId, outcome, source }) =>
    outcome === 'accept' ? [] : [{ viewId, detectionId: id, outcome, source, ...findingOf(message, viewId, id) }],
  );
}

function findingOf(message: InspectionMessage, viewId: string, id: string) {
  const view = message.views.find((candidate) => candidate.viewId === viewId);
  const found = view ? [...view.detections, ...view.candidates].find((detection) => detection.id === id) : undefined;
  const review = view?.reviews.find((candidate) => candidate.id === id);
  const severity = review?.kind === 'answered' ? review.finding.severity : null;
  return found
    ? { label: found.label, score: found.score, box: found.box, severity }
    : { label: '', score: null, box: null, severity };
}
