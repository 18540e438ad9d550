import type { Insertable } from 'kysely';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { DetectionTable, EvidenceTable, InspectionTable, ReasonTable } from '#store/database.ts';
import { isSha256 } from '#store/evidence/evidence-folder.ts';
import { storableJson, storableText } from '#store/ingest/storable-text.ts';

/** Rows of the tables of evidence. */
export interface EvidenceRows {
  readonly inspection: Insertable<InspectionTable>;
  readonly detections: readonly Insertable<DetectionTable>[];
  readonly reasons: readonly Insertable<ReasonTable>[];
  /** Images that the store wants. */
  readonly images: readonly Insertable<EvidenceTable>[];
}

/** What one message becomes in the database. */
export function rowsOfMessage(message: InspectionMessage): EvidenceRows {
  return {
    inspection: inspectionRow(message),
    detections: detectionRows(message),
    reasons: reasonRows(message),
    images: imageRows(message),
  };
}

function inspectionRow(message: InspectionMessage): Insertable<InspectionTable> {
  return {
    inspectionId: message.inspectionId,
    decidedAt: message.decidedAt,
    site: message.site,
    line: message.line,
    stationId: message.stationId,
    streamId: message.streamId,
    sequence: message.sequence,
    serial: storableText(message.serial),
    attempt: message.attempt,
    lot: storableText(message.lot),
    productId: storableText(message.productId),
    epoch: storableText(message.epoch),
    triggerNo: message.triggerNo,
    verdict: message.verdict,
    triggeredAt: message.triggeredAt,
    recovered: message.recovered,
    simulated: message.simulated,
    challenge: message.challenge,
    totalMs: message.timings.totalMs,
    taktMs: message.timings.taktMs,
    modelVersion: message.digests.model && storableText(message.digests.model.version),
    recipeVersion: message.digests.recipe && storableText(message.digests.recipe.version),
    message: storableJson(message),
  };
}

/** Columns that every row of evidence shares. */
function keyOf(message: InspectionMessage, position: number) {
  return {
    inspectionId: message.inspectionId,
    decidedAt: message.decidedAt,
    position,
    stationId: message.stationId,
  };
}

function detectionRows(message: InspectionMessage): readonly Insertable<DetectionTable>[] {
  const outcomes = new Map(message.outcomes.map((outcome) => [`${outcome.viewId}/${outcome.id}`, outcome]));
  const found = message.views.flatMap((view) => [
    ...view.detections.map((detection) => ({ view, kind: 'detection' as const, detection })),
    ...view.candidates.map((detection) => ({ view, kind: 'candidate' as const, detection })),
  ]);
  return found.map(({ view, kind, detection }, position) => {
    const outcome = outcomes.get(`${view.viewId}/${detection.id}`);
    return {
      ...keyOf(message, position),
      viewId: storableText(view.viewId),
      detectionId: storableText(detection.id),
      kind,
      label: storableText(detection.label),
      score: detection.score,
      ...detection.box,
      areaPx: detection.areaPx,
      detectorCall: outcome?.detectorCall ?? null,
      outcome: outcome?.outcome ?? null,
      outcomeSource: outcome?.source ?? null,
    };
  });
}

function reasonRows(message: InspectionMessage): readonly Insertable<ReasonTable>[] {
  const reasons = [
    ...message.reasons.map((reason) => ({ scope: 'verdict' as const, reason })),
    ...message.outcomes.flatMap((outcome) => outcome.reasons.map((reason) => ({ scope: 'outcome' as const, reason }))),
  ];
  return reasons.map(({ scope, reason }, position) => ({
    ...keyOf(message, position),
    scope,
    code: storableText(reason.code),
    subject: storableText(reason.subject),
    value: reason.value,
    limitValue: reason.limit,
    detail: storableText(reason.detail),
  }));
}

/**
 * Whole frames of passed parts are many and large, and hardly ever asked for: they stay in the ring of the edge node. But
 * for those in which the reviewer took a call back: they are looked at again, and learned from.
 */
function imageRows(message: InspectionMessage): readonly Insertable<EvidenceTable>[] {
  const { stationId, decidedAt, verdict, outcomes } = message;
  const whole = verdict !== 'pass' || outcomes.some(({ source }) => source === 'reviewer');
  return message.evidence
    .filter(({ sha256, kind }) => isSha256(sha256) && (kind !== 'frame' || whole))
    .map(({ sha256, kind, mediaType, bytes }) => ({
      sha256,
      stationId,
      kind,
      mediaType: storableText(mediaType),
      bytes,
      namedAt: decidedAt,
    }));
}
