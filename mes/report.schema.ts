import { z } from 'zod';

// What travels to the MES. docs/reports.md says the same in words; the two are pinned to each other by a test.
// Some shapes look like those of edge/messages.schema.ts and stay apart from them all the same: that is the contract
// between edge and store, this one is the contract with another party's system. Each has its own schemaVersion, and a
// change of what the edge sends must not change what the MES gets.

const reasonSchema = z.strictObject({
  code: z.string(),
  subject: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  detail: z.string(),
});

const artefactSchema = z.strictObject({ name: z.string(), version: z.string(), sha256: z.string() });

const defectSchema = z.strictObject({
  viewId: z.string(),
  detectionId: z.string(),
  label: z.string(),
  /** What the reviewer said; null where it said nothing. */
  severity: z.enum(['minor', 'major', 'critical']).nullable(),
  outcome: z.enum(['doubt', 'fail']),
  /** Who settled it. */
  source: z.enum(['detector', 'reviewer', 'acceptance']),
  score: z.number().nullable(),
  /** Corners in pixels of the view; null where the finding has no place. */
  box: z.strictObject({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() }).nullable(),
});

const commonFields = {
  schemaVersion: z.literal(1),
  /** The same at every repetition: a report counts once by it. */
  reportId: z.uuid(),
  /** Rises with every report of the plant; with `previousReportNo` a receiver sees that one is missing. */
  reportNo: z.int().min(1),
  previousReportNo: z.int().min(1).nullable(),
  inspectionId: z.uuid(),
  site: z.string(),
  line: z.string(),
  stationId: z.string(),
  serial: z.string(),
  attempt: z.int().min(1),
  lot: z.string(),
  productId: z.string(),
  verdict: z.enum(['pass', 'fail', 'undecided']),
};

export const inspectionReportSchema = z.strictObject({
  ...commonFields,
  kind: z.literal('inspection'),
  triggeredAt: z.iso.datetime(),
  decidedAt: z.iso.datetime(),
  storedAt: z.iso.datetime(),
  recovered: z.boolean(),
  simulated: z.boolean(),
  defects: z.array(defectSchema),
  reasons: z.array(reasonSchema),
  digests: z.strictObject({
    model: artefactSchema.nullable(),
    recipe: artefactSchema.nullable(),
    prompt: artefactSchema.nullable(),
  }),
  inspectionTimeMs: z.number(),
  taktMs: z.number(),
});

export const dispositionReportSchema = z.strictObject({
  ...commonFields,
  kind: z.literal('disposition'),
  /** The report of the inspection that this one settles. */
  verifiesReportId: z.uuid().nullable(),
  disposition: z.enum(['accept', 'rework', 'scrap', 'hold']),
  verified: z.enum(['defect', 'false-call']).nullable(),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: z.iso.datetime(),
});

export const reportSchema = z.discriminatedUnion('kind', [inspectionReportSchema, dispositionReportSchema]);

export type InspectionReport = z.infer<typeof inspectionReportSchema>;
export type DispositionReport = z.infer<typeof dispositionReportSchema>;
export type Report = z.infer<typeof reportSchema>;

/** Retained: the last report that was published. A receiver that has seen less asks for the rest. */
export const reportStatusSchema = z.strictObject({ schemaVersion: z.literal(1), lastReportNo: z.int().min(0) });

export type ReportStatus = z.infer<typeof reportStatusSchema>;

/** A receiver asks for every report from this number on. */
export const replayRequestSchema = z.strictObject({ schemaVersion: z.literal(1), fromReportNo: z.int().min(1) });
