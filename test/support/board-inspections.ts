import { createHash, randomUUID } from 'node:crypto';
import type { Box } from '#detector/box.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { makeBoard, makeTemplate, stationLook } from '#line/boards/board.ts';
import { drawDesign } from '#line/boards/design.ts';
import { encodeImage } from '#line/boards/encode.ts';
import { createRandom, type Random } from '#line/boards/random.ts';

/** An inspection as an edge node would send it, with the pictures it names, by digest. */
export interface DrawnInspection {
  readonly message: InspectionMessage;
  readonly images: ReadonlyMap<string, Uint8Array>;
}

export interface DrawnStation {
  readonly stationId: string;
  readonly streamId: string;
  readonly epoch: string;
  readonly reviewer: boolean;
}

type View = InspectionMessage['views'][number];
type Verdict = Pick<InspectionMessage, 'verdict' | 'outcomes' | 'reasons' | 'trace'>;

const sizePx = 640;
const failFrom = 0.5;

/**
 * Draws part `sequence` of a station: boards with two views, some clean, some with defects that are certain, doubtful or
 * raised by a reviewer. Scores are drawn by lot: for showing and testing screens, never for judging a detector.
 */
export async function drawInspection(station: DrawnStation, sequence: number): Promise<DrawnInspection> {
  const random = createRandom(sequence, station.stationId);
  const images = new Map<string, Uint8Array>();
  const views = [];
  for (const viewId of ['top', 'bottom']) views.push(await drawView(viewId, { station, sequence, random, images }));
  return { message: toMessage(station, sequence, { views, verdict: judge(views) }), images };
}

interface Drawing {
  readonly station: DrawnStation;
  readonly sequence: number;
  readonly random: Random;
  readonly images: Map<string, Uint8Array>;
}

async function drawView(viewId: string, { station, sequence, random, images }: Drawing): Promise<View> {
  const design = drawDesign(createRandom(7, `${station.stationId}-${viewId}`), sizePx);
  const look = stationLook(random);
  const count = random.chance(0.35) ? 1 + Math.floor(random.between(0, 3)) : 0;
  const board = makeBoard(design, random, { look, count });
  const frameSha256 = keep(images, await encodeImage(board.tested, 'png'));
  const goldenSha256 = keep(images, await encodeImage(makeTemplate(design, random, look), 'png'));
  const doubtful = random.chance(0.4);
  const detections = board.defects.map(({ label, box, tight }, index) => ({
    id: `${viewId}-d${index + 1}`,
    label,
    score: doubtful ? random.between(0.32, 0.49) : random.between(0.6, 0.99),
    box,
    areaPx: (tight.x2 - tight.x1) * (tight.y2 - tight.y1),
    region: null,
  }));
  const reviews = doubtful ? detections.map((one) => review(one, { reviewer: station.reviewer, random })) : [];
  return {
    viewId,
    cameraId: `cam-${viewId}`,
    frameId: sequence * 2,
    capturedAt: new Date().toISOString(),
    widthPx: sizePx,
    heightPx: sizePx,
    frameSha256,
    goldenSha256,
    measured: { meanGrey: 128.4, sharpness: 212.5, contrast: 61.2 },
    doubts: [],
    registration: { status: 'aligned', dxPx: 0.6, dyPx: -1.1, rotationDeg: 0, scale: 1, residual: 0.004 },
    detections,
    candidates: [],
    reviews,
  };
}

function keep(images: Map<string, Uint8Array>, bytes: Uint8Array): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  images.set(sha256, bytes);
  return sha256;
}

type Detection = View['detections'][number];

function review(
  { id, label, box }: Detection,
  { reviewer, random }: { readonly reviewer: boolean; readonly random: Random },
): View['reviews'][number] {
  if (!reviewer) return { kind: 'unavailable', id, reason: 'not-configured', detail: '', record: null };
  const shifted: Box = { x1: box.x1 + 3, y1: box.y1 - 2, x2: box.x2 + 4, y2: box.y2 + 1 };
  const confirmed = random.chance(0.6);
  const explanation = confirmed ? `The ${label} is visible where the trace changes its width.` : 'I cannot tell.';
  const record = {
    model: 'Qwen2.5-VL-7B',
    engine: 'vllm',
    promptId: 'crop-v1',
    promptSha256: 'a'.repeat(64),
    schemaSha256: 'b'.repeat(64),
    cropSha256: 'c'.repeat(64),
    sentWidthPx: 448,
    sentHeightPx: 448,
    seed: 1,
    rawAnswer: JSON.stringify({ judgement: confirmed ? 'confirmed' : 'uncertain', explanation }),
    latencyMs: 640,
    promptTokens: 320,
    completionTokens: 60,
    attempts: 1,
  };
  const finding = {
    judgement: confirmed ? ('confirmed' as const) : ('uncertain' as const),
    label: confirmed ? label : 'none',
    box: confirmed ? shifted : null,
    severity: 'major' as const,
    explanation,
    confidence: 0.8,
  };
  return { kind: 'answered', id, finding, record };
}

/** The recipe's shape of a verdict, for drawn scores. */
function judge(views: readonly View[]): Verdict {
  const outcomes = views.flatMap((view) => view.detections.map((one) => judgeOne(view, one)));
  const failed = outcomes.filter(({ outcome }) => outcome === 'fail');
  const doubted = outcomes.filter(({ outcome }) => outcome === 'doubt');
  const telling = failed.length > 0 ? failed : doubted;
  return {
    verdict: failed.length > 0 ? 'fail' : doubted.length > 0 ? 'undecided' : 'pass',
    outcomes,
    reasons: telling.flatMap(({ reasons }) => reasons),
    trace: views.flatMap(({ viewId, detections }) => [
      { check: 'frame-fit', subject: `view:${viewId}`, value: null, limit: null, outcome: 'holds' as const },
      ...detections.map(({ id, score }) => ({
        check: 'below-fail',
        subject: id,
        value: score,
        limit: failFrom,
        outcome: score < failFrom ? ('holds' as const) : ('fails' as const),
      })),
    ]),
  };
}

function judgeOne({ viewId, reviews }: View, { id, score, label }: Detection): Verdict['outcomes'][number] {
  const review = reviews.find((one) => one.id === id);
  const raised = review?.kind === 'answered' && review.finding.judgement === 'confirmed';
  const certain = score >= failFrom;
  const code = certain ? 'defect-certain' : raised ? 'defect-raised' : 'defect-doubtful';
  const reasons = [{ code, subject: id, value: score, limit: failFrom, detail: label }];
  if (review?.kind === 'unavailable') {
    reasons.push({
      code: 'review-unavailable',
      subject: id,
      value: Number.NaN,
      limit: Number.NaN,
      detail: review.reason,
    });
  }
  return {
    id,
    viewId,
    detectorCall: certain ? 'fail' : 'doubt',
    outcome: certain || raised ? 'fail' : 'doubt',
    source: raised ? 'reviewer' : 'detector',
    reasons: reasons.map((one) => ({
      ...one,
      value: Number.isNaN(one.value) ? null : one.value,
      limit: Number.isNaN(one.limit) ? null : one.limit,
    })),
  };
}

function toMessage(
  { stationId, streamId, epoch }: DrawnStation,
  sequence: number,
  { views, verdict }: { readonly views: View[]; readonly verdict: Verdict },
): InspectionMessage {
  const decidedAt = new Date();
  return {
    schemaVersion: 1,
    inspectionId: randomUUID(),
    site: 'demo',
    line: 'line1',
    stationId,
    streamId,
    sequence,
    epoch,
    triggerNo: sequence,
    serial: `${stationId.toUpperCase()}-${String(sequence).padStart(6, '0')}`,
    attempt: 1,
    lot: 'L-2047',
    productId: 'board-a',
    triggeredAt: new Date(decidedAt.getTime() - 640).toISOString(),
    decidedAt: decidedAt.toISOString(),
    recovered: false,
    simulated: true,
    challenge: false,
    ...verdict,
    views,
    digests: {
      model: { name: 'pcb-pair', version: '1.0.0', sha256: 'd'.repeat(64) },
      recipe: { name: 'pcb', version: '1.0.0', sha256: 'e'.repeat(64) },
      prompt: null,
    },
    timings: {
      acquireMs: 82,
      validityMs: 31,
      detectMs: 402,
      reviewMs: 96,
      decideMs: 1,
      totalMs: 640 + (sequence % 9) * 20,
      taktMs: 3000,
    },
    evidence: [],
  };
}
