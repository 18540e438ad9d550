import { z } from 'zod';
import { inspectionMessageSchema } from '#edge/messages.schema.ts';
import { dispositionReasons } from '#hmi/disposition-reasons.ts';

const boxSchema = z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() });
const reasonSchema = z.object({
  code: z.string(),
  subject: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  detail: z.string(),
});
const verdictSchema = z.enum(['pass', 'fail', 'undecided']);

/** A box to draw, of one of the two stages. */
export const markSchema = z.object({
  /** Id of the detection or candidate it speaks of. */
  id: z.string(),
  stage: z.enum(['detector', 'candidate', 'reviewer']),
  label: z.string(),
  /** Of the detector; null for the reviewer. */
  score: z.number().nullable(),
  box: boxSchema,
  /** What became of it: accept draws it quietly. */
  outcome: z.enum(['accept', 'doubt', 'fail']).nullable(),
});

export const cardViewSchema = z.object({
  viewId: z.string(),
  widthPx: z.number(),
  heightPx: z.number(),
  frameSha256: z.string().nullable(),
  goldenSha256: z.string().nullable(),
  doubts: z.array(z.string()),
  marks: z.array(markSchema),
});

/** What the reviewer said of one detection, or why it said nothing. */
export const opinionSchema = z.object({
  id: z.string(),
  viewId: z.string(),
  judgement: z.enum(['confirmed', 'false-call', 'uncertain', 'unavailable']),
  /** Label, benign cause, or the reason why there is no answer. */
  label: z.string(),
  /** Untrusted text; shown as text. */
  explanation: z.string(),
});

/** All that the line page shows of one inspection. */
export const cardSchema = z.object({
  inspectionId: z.string(),
  stationId: z.string(),
  serial: z.string(),
  attempt: z.number(),
  lot: z.string(),
  productId: z.string(),
  verdict: verdictSchema,
  recovered: z.boolean(),
  simulated: z.boolean(),
  challenge: z.boolean(),
  triggeredAt: z.string(),
  decidedAt: z.string(),
  storedAt: z.string(),
  totalMs: z.number(),
  taktMs: z.number(),
  reviewMs: z.number(),
  reasons: z.array(reasonSchema),
  views: z.array(cardViewSchema),
  opinions: z.array(opinionSchema),
});

export const summarySchema = z.object({
  inspectionId: z.string(),
  stationId: z.string(),
  serial: z.string(),
  attempt: z.number(),
  lot: z.string(),
  productId: z.string(),
  verdict: verdictSchema,
  triggeredAt: z.string(),
  decidedAt: z.string(),
  storedAt: z.string(),
  recovered: z.boolean(),
  simulated: z.boolean(),
  challenge: z.boolean(),
  totalMs: z.number(),
  taktMs: z.number(),
  labels: z.array(z.string()).readonly(),
  reasons: z.array(z.string()).readonly(),
  disposition: z.enum(['accept', 'rework', 'scrap', 'hold']).nullable(),
});

export const inspectionListSchema = z.object({
  inspections: z.array(summarySchema).readonly(),
  /** Give it as `before` for the next page; null on the last. */
  next: z.string().nullable(),
});

const dispositionNameSchema = z.enum(['accept', 'rework', 'scrap', 'hold']);

export const dispositionRecordSchema = z.object({
  dispositionId: z.string(),
  disposition: dispositionNameSchema,
  verified: z.enum(['defect', 'false-call']).nullable(),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: z.string(),
});

export const inspectionDetailSchema = z.object({
  card: cardSchema,
  /** What people decided, oldest first. */
  dispositions: z.array(dispositionRecordSchema).readonly(),
  /** The record exactly as the edge node sent it. */
  message: inspectionMessageSchema,
});

const componentStateSchema = z.enum(['up', 'degraded', 'down', 'absent', 'unknown']);

export const componentSchema = z.object({
  /** `database`, `broker`, `store`, or `<station>/<kind>`. */
  id: z.string(),
  /** database, broker, store, edge, and what an edge node tells of: station, detector, reviewer, outbox, evidence, ... */
  kind: z.string(),
  stationId: z.string().nullable(),
  state: componentStateSchema,
  /** What was seen, e.g. the error. */
  detail: z.string(),
  /** What a person does about it; empty where nothing is to be done. */
  wayOut: z.string(),
  /** Why a station is locked, a code of docs/reasons.md. */
  code: z.string().optional(),
});

export const healthSchema = z.object({
  status: z.enum(['up', 'down']),
  at: z.string(),
  components: z.array(componentSchema),
});

export const countsSchema = z.object({ pass: z.number(), fail: z.number(), undecided: z.number() });

export const overviewSchema = z.object({
  /** Start of what is counted. */
  countedFrom: z.string(),
  /** Where the live events go on. */
  cursor: z.string(),
  stations: z.array(
    z.object({
      stationId: z.string(),
      counts: countsSchema,
      /** Newest first. */
      latest: z.array(cardSchema),
    }),
  ),
});

export const newDispositionSchema = z
  .strictObject({
    dispositionId: z.uuid().describe('Made by the asker: the same id again changes nothing'),
    disposition: dispositionNameSchema,
    verified: z.enum(['defect', 'false-call']).nullable(),
    reason: z.string(),
    serial: z.string().max(200).nullable().describe('As scanned or typed from the part; needed for accept'),
  })
  .refine(({ disposition, reason }) => (dispositionReasons[disposition] as readonly string[]).includes(reason), {
    path: ['reason'],
    error: 'is none of the list for this disposition',
  });

export const claimSchema = z.strictObject({
  screen: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _'),
  count: z.int().min(1).max(5),
});

export const reviewCauseSchema = z.enum(['undecided', 'disputed', 'audit', 'fail']);

export const reviewPageSchema = z.object({
  parts: z.array(z.object({ cause: reviewCauseSchema, card: cardSchema })),
  waiting: z.object({ undecided: z.number(), disputed: z.number(), audit: z.number(), fail: z.number() }),
});

export const problemSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), wayOut: z.string() }),
});

export type Mark = z.infer<typeof markSchema>;
export type CardView = z.infer<typeof cardViewSchema>;
export type Opinion = z.infer<typeof opinionSchema>;
export type InspectionCard = z.infer<typeof cardSchema>;
export type InspectionList = z.infer<typeof inspectionListSchema>;
export type InspectionDetail = z.infer<typeof inspectionDetailSchema>;
export type ComponentState = z.infer<typeof componentStateSchema>;
export type Component = z.infer<typeof componentSchema>;
export type Health = z.infer<typeof healthSchema>;
export type Counts = z.infer<typeof countsSchema>;
export type Overview = z.infer<typeof overviewSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type VerdictName = z.infer<typeof verdictSchema>;
export type CardReason = z.infer<typeof reasonSchema>;
export type NewDispositionRequest = z.infer<typeof newDispositionSchema>;
export type DispositionName = z.infer<typeof dispositionNameSchema>;
export type ReviewPage = z.infer<typeof reviewPageSchema>;
