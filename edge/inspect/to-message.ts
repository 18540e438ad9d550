import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { EvidenceEntry } from '#edge/outbox/evidence-store.ts';
import type { InspectedPart, ReviewedView } from '#edge/inspect/inspected-part.ts';
import type { StationPath } from '#edge/topics.ts';

/** Evidence on disk with the view it belongs to, and the detection for a crop. */
export interface StoredEvidence extends EvidenceEntry {
  readonly viewId: string;
  readonly detectionId: string | null;
}

export interface MessagePlace {
  readonly path: StationPath;
  readonly streamId: string;
  readonly sequence: number;
}

/** The message of one inspection, as it leaves the edge. */
export function toMessage(
  part: InspectedPart,
  evidence: readonly StoredEvidence[],
  { path, streamId, sequence }: MessagePlace,
): InspectionMessage {
  const { trigger, verdict } = part;
  const { epoch, triggerNo, serial, attempt, lot, productId, triggeredAt, simulated, challenge } = trigger;
  return {
    schemaVersion: 1,
    inspectionId: part.inspectionId,
    site: path.site,
    line: path.line,
    stationId: path.station,
    streamId,
    sequence,
    epoch,
    triggerNo,
    serial,
    attempt,
    lot,
    productId,
    triggeredAt,
    decidedAt: part.decidedAt,
    recovered: part.recovered,
    simulated,
    challenge,
    verdict: verdict.verdict,
    outcomes: verdict.outcomes.map((outcome) => ({ ...outcome, reasons: [...outcome.reasons] })),
    reasons: [...verdict.reasons],
    trace: [...verdict.trace],
    views: part.views.map((view) => toViewMessage(view, evidence)),
    digests: { model: part.model, recipe: recipeArtefact(part), prompt: promptArtefact(part) },
    timings: part.timings,
    evidence: evidence.map(({ sha256, kind, mediaType, bytes, viewId, detectionId }) => {
      return { sha256, kind, mediaType, bytes, viewId, detectionId };
    }),
  };
}

function toViewMessage(view: ReviewedView, evidence: readonly StoredEvidence[]): InspectionMessage['views'][number] {
  const { viewId, frame, widthPx, heightPx, registration } = view;
  const stored = (kind: EvidenceEntry['kind']): string | null =>
    evidence.find((entry) => entry.kind === kind && entry.viewId === viewId)?.sha256 ?? null;
  return {
    viewId,
    cameraId: frame?.cameraId ?? '',
    frameId: frame?.frameId ?? null,
    capturedAt: frame?.capturedAt ?? null,
    widthPx,
    heightPx,
    frameSha256: stored('frame'),
    goldenSha256: stored('golden'),
    measured: { ...view.measured },
    doubts: [...view.doubts],
    registration,
    detections: view.detections.map(copyRegion),
    candidates: view.candidates.map(copyRegion),
    reviews: [...view.reviews],
  };
}

/** The message type knows no read-only arrays. */
function copyRegion<Claim extends { readonly region: { readonly runs: readonly number[] } | null }>(claim: Claim) {
  const region = claim.region as (Claim['region'] & object) | null;
  return { ...claim, region: region && { ...region, runs: [...region.runs] } };
}

function recipeArtefact({ recipe }: InspectedPart): InspectionMessage['digests']['recipe'] {
  return recipe && { name: recipe.recipe.id, version: recipe.recipe.version, sha256: recipe.sha256 };
}

function promptArtefact({ views }: InspectedPart): InspectionMessage['digests']['prompt'] {
  const record = views.flatMap((view) => view.reviews).find((review) => review.record !== null)?.record;
  if (!record) return null;
  // The id is the name of the prompt file: a name, a dash and a version.
  const dash = record.promptId.lastIndexOf('-');
  const [name, version] = [record.promptId.slice(0, dash), record.promptId.slice(dash + 1)];
  return { name, version, sha256: record.promptSha256 };
}
