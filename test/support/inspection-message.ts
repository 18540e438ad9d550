import { createHash } from 'node:crypto';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { topicOf } from '#edge/topics.ts';
import type { ReadMessage } from '#store/ingest/read-message.ts';
import { readMessage } from '#store/ingest/read-message.ts';

/** A UUID that is the same for the same words. */
export function uuidOf(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const sha = (word: string): string => createHash('sha256').update(word).digest('hex');
const startMs = Date.parse('2026-11-20T06:00:00.000Z');

/** The message number `sequence` of a station: every third part has a defect, every seventh a doubtful one. */
export function testMessage(sequence: number, change: Partial<InspectionMessage> = {}): InspectionMessage {
  const stationId = change.stationId ?? 'pcb';
  const streamId = change.streamId ?? uuidOf('stream', stationId);
  const call = sequence % 3 === 0 ? 'fail' : sequence % 7 === 0 ? 'doubt' : null;
  const verdict = call === 'fail' ? 'fail' : call === 'doubt' ? 'undecided' : 'pass';
  const triggeredMs = startMs + sequence * 2_000;
  const code = call === 'fail' ? 'defect-certain' : 'defect-doubtful';
  const reason = { code, subject: 'top-d1', value: 0.91, limit: 0.8, detail: 'spur' };
  const reasons = call ? [reason] : [];
  return inspectionMessageSchema.parse({
    schemaVersion: 1,
    inspectionId: uuidOf('inspection', streamId, sequence),
    site: 'demo',
    line: 'line1',
    stationId,
    streamId,
    sequence,
    epoch: uuidOf('epoch', stationId),
    triggerNo: sequence,
    serial: `S-${String(sequence).padStart(6, '0')}`,
    attempt: 1,
    lot: `L-${Math.floor(sequence / 100)}`,
    productId: 'board',
    triggeredAt: new Date(triggeredMs).toISOString(),
    decidedAt: new Date(triggeredMs + 400).toISOString(),
    recovered: false,
    simulated: true,
    challenge: false,
    verdict,
    outcomes: call
      ? [{ id: 'top-d1', viewId: 'top', detectorCall: call, outcome: call, source: 'detector', reasons }]
      : [],
    reasons,
    trace: [{ check: 'score', subject: 'top-d1', value: 0.91, limit: 0.8, outcome: 'holds' }],
    views: [viewOf(call !== null)],
    digests: {
      model: { name: 'pcb', version: '3', sha256: sha('model') },
      recipe: { name: 'pcb', version: '7', sha256: sha('recipe') },
      prompt: null,
    },
    timings: { acquireMs: 40, validityMs: 4, detectMs: 180, reviewMs: 0, decideMs: 0.4, totalMs: 400, taktMs: 2000 },
    evidence: [
      {
        sha256: sha(`frame${sequence}`),
        kind: 'frame',
        mediaType: 'image/png',
        bytes: 90_000,
        viewId: 'top',
        detectionId: null,
      },
    ],
    ...change,
  } satisfies InspectionMessage);
}

function viewOf(withDetection: boolean): InspectionMessage['views'][number] {
  const box = { x1: 100, y1: 120, x2: 131, y2: 140 };
  const region = { x: 100, y: 120, widthPx: 31, heightPx: 20, runs: [0, 620] };
  const detection = { id: 'top-d1', label: 'spur', score: 0.91, box, areaPx: 620, region };
  return {
    viewId: 'top',
    cameraId: 'cam-top',
    frameId: 1,
    capturedAt: new Date(startMs).toISOString(),
    widthPx: 640,
    heightPx: 640,
    frameSha256: sha('frame'),
    goldenSha256: null,
    measured: { meanGrey: 120 },
    doubts: [],
    registration: { status: 'aligned', dxPx: 0.5, dyPx: -0.25, rotationDeg: 0, scale: 1, residual: 0.001 },
    detections: withDetection ? [detection] : [],
    candidates: [{ ...detection, id: 'top-c1', score: 0.2, source: 'net' }],
    reviews: withDetection
      ? [{ kind: 'unavailable', id: 'top-d1', reason: 'not-configured', detail: '', record: null }]
      : [],
  };
}

/** Topic of a message's own station. */
export function topicOfMessage(message: Pick<InspectionMessage, 'site' | 'line' | 'stationId'>): string {
  return topicOf({ site: message.site, line: message.line, station: message.stationId }, 'inspection');
}

/** The message as the store reads it off the wire. */
export function asRead(message: InspectionMessage): ReadMessage {
  return readMessage(topicOfMessage(message), Buffer.from(JSON.stringify(message)));
}
