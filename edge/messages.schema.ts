import { z } from 'zod';

const boxSchema = z.strictObject({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() });
const regionSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  widthPx: z.int(),
  heightPx: z.int(),
  runs: z.array(z.int().min(0)),
});
const detectionFields = {
  id: z.string().min(1),
  label: z.string(),
  score: z.number(),
  box: boxSchema,
  areaPx: z.number(),
  region: regionSchema.nullable(),
};
const detectionSchema = z.strictObject(detectionFields);
const candidateSchema = z.strictObject({ ...detectionFields, source: z.enum(['net', 'difference']) });
const registrationSchema = z.strictObject({
  status: z.enum(['aligned', 'uncertain']),
  dxPx: z.number(),
  dyPx: z.number(),
  rotationDeg: z.number(),
  scale: z.number(),
  residual: z.number(),
});
const reasonSchema = z.strictObject({
  code: z.string(),
  subject: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  detail: z.string(),
});
const outcomeSchema = z.strictObject({
  id: z.string(),
  viewId: z.string(),
  detectorCall: z.enum(['ignore', 'doubt', 'fail']),
  outcome: z.enum(['accept', 'doubt', 'fail']),
  source: z.enum(['detector', 'reviewer', 'acceptance']),
  reasons: z.array(reasonSchema),
});
const traceStepSchema = z.strictObject({
  check: z.string(),
  subject: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  outcome: z.enum(['holds', 'fails', 'skipped']),
});
const reviewRecordSchema = z.strictObject({
  model: z.string(),
  engine: z.string(),
  promptId: z.string(),
  promptSha256: z.string(),
  schemaSha256: z.string(),
  cropSha256: z.string(),
  sentWidthPx: z.int(),
  sentHeightPx: z.int(),
  seed: z.int(),
  window: boxSchema.optional(),
  rawAnswer: z.string().nullable(),
  latencyMs: z.number(),
  promptTokens: z.int().nullable(),
  completionTokens: z.int().nullable(),
  attempts: z.int(),
  calibrationSha256: z.string().optional(),
});
const findingSchema = z.strictObject({
  judgement: z.enum(['confirmed', 'false-call', 'uncertain']),
  label: z.string(),
  box: boxSchema.nullable(),
  severity: z.enum(['minor', 'major', 'critical']),
  explanation: z.string(),
  confidence: z.number().nullable(),
});
const reviewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answered'), id: z.string(), finding: findingSchema, record: reviewRecordSchema }),
  z.strictObject({
    kind: z.literal('unavailable'),
    id: z.string(),
    reason: z.string(),
    detail: z.string(),
    record: reviewRecordSchema.nullable(),
  }),
]);
const viewSchema = z.strictObject({
  viewId: z.string(),
  cameraId: z.string(),
  frameId: z.int().nullable(),
  capturedAt: z.iso.datetime().nullable(),
  widthPx: z.int(),
  heightPx: z.int(),
  /** Digests of the encoded bytes; evidence is fetched by them. */
  frameSha256: z.string().nullable(),
  goldenSha256: z.string().nullable(),
  measured: z.record(z.string(), z.number()),
  doubts: z.array(z.string()),
  registration: registrationSchema.nullable(),
  detections: z.array(detectionSchema),
  candidates: z.array(candidateSchema),
  reviews: z.array(reviewSchema),
});
const artefactSchema = z.strictObject({ name: z.string(), version: z.string(), sha256: z.string() });

/** The whole record of one inspection as it leaves the edge. Sequences are gapless within a stream, from 1. */
export const inspectionMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  inspectionId: z.uuid(),
  site: z.string(),
  line: z.string(),
  stationId: z.string(),
  /** Made new when an outbox is created, so that a lost disk cannot reuse a sequence. */
  streamId: z.uuid(),
  sequence: z.int().min(1),
  /** The station's own count of triggers within `epoch`. */
  epoch: z.string(),
  triggerNo: z.int().min(0),
  serial: z.string().min(1),
  attempt: z.int().min(1),
  lot: z.string(),
  productId: z.string(),
  triggeredAt: z.iso.datetime(),
  decidedAt: z.iso.datetime(),
  /** True for an inspection found open at start and closed as undecided. */
  recovered: z.boolean(),
  simulated: z.boolean(),
  /** A known bad part, shown to prove the inspection; messages of before know none. */
  challenge: z.boolean().default(false),
  verdict: z.enum(['pass', 'fail', 'undecided']),
  outcomes: z.array(outcomeSchema),
  reasons: z.array(reasonSchema),
  trace: z.array(traceStepSchema),
  views: z.array(viewSchema),
  digests: z.strictObject({
    model: artefactSchema.nullable(),
    recipe: artefactSchema.nullable(),
    prompt: artefactSchema.nullable(),
  }),
  timings: z.strictObject({
    acquireMs: z.number(),
    validityMs: z.number(),
    detectMs: z.number(),
    reviewMs: z.number(),
    decideMs: z.number(),
    totalMs: z.number(),
    taktMs: z.number(),
  }),
  evidence: z.array(
    z.strictObject({
      sha256: z.string(),
      kind: z.enum(['frame', 'golden', 'crop']),
      mediaType: z.string(),
      bytes: z.int(),
      viewId: z.string(),
      detectionId: z.string().nullable(),
    }),
  ),
});

export type InspectionMessage = z.infer<typeof inspectionMessageSchema>;

/** Retained state of an edge node; `offline` is also its last will. */
export const stateMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  state: z.enum(['online', 'offline']),
  at: z.string(),
});

export type StateMessage = z.infer<typeof stateMessageSchema>;

/** Retained, from the store: every recipe that two people have approved for a station, the newest of each id. */
export const recipesMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  /** Number of the latest approval in it; it only rises. */
  approvalNo: z.int().min(1),
  recipes: z
    .array(
      z.strictObject({ recipeId: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/), text: z.string() }),
    )
    .min(1),
  /** HMAC of the rest with HAIRLINE_RECIPE_KEY, in hex. */
  signature: z.string(),
});

export type RecipesMessage = z.infer<typeof recipesMessageSchema>;
