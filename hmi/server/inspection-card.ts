import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { InspectionCard, Mark, Opinion } from '#hmi/server/api.schema.ts';

type View = InspectionMessage['views'][number];
type OutcomeName = InspectionMessage['outcomes'][number]['outcome'];

/** Takes from a record what the line page shows: boxes of both stages, reasons, opinions; no runs, no raw answers. */
export function toInspectionCard(message: InspectionMessage, storedAt: string): InspectionCard {
  const { inspectionId, stationId, serial, attempt, lot, productId, verdict, recovered, simulated } = message;
  // Stored before there were challenge parts: the message does not say.
  const challenge = message.challenge ?? false;
  const outcomes = new Map(message.outcomes.map((outcome) => [outcome.id, outcome.outcome]));
  return {
    inspectionId,
    stationId,
    serial,
    attempt,
    lot,
    productId,
    verdict,
    recovered,
    simulated,
    challenge,
    triggeredAt: message.triggeredAt,
    decidedAt: message.decidedAt,
    storedAt,
    totalMs: message.timings.totalMs,
    taktMs: message.timings.taktMs,
    reviewMs: message.timings.reviewMs,
    reasons: message.reasons,
    views: message.views.map((view) => ({
      viewId: view.viewId,
      widthPx: view.widthPx,
      heightPx: view.heightPx,
      frameSha256: view.frameSha256,
      goldenSha256: view.goldenSha256,
      doubts: view.doubts,
      marks: toMarks(view, outcomes),
    })),
    opinions: message.views.flatMap(toOpinions),
  };
}

/** Candidates that came to nothing are left out: hundreds of grey boxes would hide the one that matters. */
function toMarks(view: View, outcomes: ReadonlyMap<string, OutcomeName>): Mark[] {
  const marks: Mark[] = [];
  for (const { id, label, score, box } of view.detections) {
    marks.push({ id, stage: 'detector', label, score, box, outcome: outcomes.get(id) ?? null });
  }
  for (const { id, label, score, box } of view.candidates) {
    const outcome = outcomes.get(id) ?? null;
    if (outcome !== null && outcome !== 'accept') marks.push({ id, stage: 'candidate', label, score, box, outcome });
  }
  for (const review of view.reviews) {
    if (review.kind !== 'answered' || review.finding.box === null) continue;
    const { label, box } = review.finding;
    marks.push({ id: review.id, stage: 'reviewer', label, score: null, box, outcome: outcomes.get(review.id) ?? null });
  }
  return marks;
}

function toOpinions(view: View): Opinion[] {
  return view.reviews.map((review) =>
    review.kind === 'answered'
      ? {
          id: review.id,
          viewId: view.viewId,
          judgement: review.finding.judgement,
          label: review.finding.label,
          explanation: review.finding.explanation,
        }
      : { id: review.id, viewId: view.viewId, judgement: 'unavailable', label: review.reason, explanation: '' },
  );
}
