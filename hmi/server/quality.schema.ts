import { z } from 'zod';

// Answers of the routes about quality.

const shareSchema = z.object({ share: z.number().nullable(), of: z.number() });
const ruleSchema = z.enum(['beyond-3-sigma', 'two-of-three', 'four-of-five', 'eight-on-one-side']);

const chartSchema = z.object({
  center: z.number(),
  /** Laney's factor; 1 where it is not used. */
  sigmaZ: z.number(),
  points: z.array(
    z.object({
      at: z.string(),
      inspected: z.number(),
      value: z.number(),
      lower: z.number(),
      upper: z.number(),
      alarms: z.array(ruleSchema),
    }),
  ),
});

export const qualitySchema = z.object({
  from: z.string(),
  to: z.string(),
  counts: z.object({
    inspected: z.number(),
    passed: z.number(),
    accepted: z.number(),
    called: z.number(),
    judged: z.number(),
    falseCalls: z.number(),
    audited: z.number(),
    escaped: z.number(),
    foundLater: z.number(),
    defects: z.number(),
    /** Inspected parts, each times the views and kinds of defect of its recipe; null where a recipe is not known here. */
    opportunities: z.number().nullable(),
  }),
  figures: z.object({
    fpyMachine: shareSchema,
    fpyTrue: shareSchema,
    falseCallPpm: z.number().nullable(),
    dpmo: z.number().nullable(),
    escapes: z.object({ low: z.number(), high: z.number() }).nullable(),
  }),
  pareto: z
    .array(z.object({ label: z.string(), fail: z.number(), doubt: z.number(), inspections: z.number() }))
    .readonly(),
  /** Share of parts called fail or undecided, by piece of time: a p-chart. */
  chart: chartSchema,
  /** Defects and doubts called a part, by piece of time: a u-chart. */
  callChart: chartSchema,
});

export const reviewerQualitySchema = z.object({
  /** Reasons by which detector and reviewer spoke differently of a place, or the reviewer said nothing. */
  disagreements: z
    .array(z.object({ code: z.string(), why: z.string(), places: z.number(), inspections: z.number() }))
    .readonly(),
  risk: z.object({
    /** Parts that people judged, on which this rests. */
    judged: z.number(),
    points: z.array(z.object({ coverage: z.number(), risk: z.number(), certainty: z.number() })).readonly(),
    /** What the machine decides alone now. */
    now: z.object({ coverage: z.number(), risk: z.number() }).nullable(),
  }),
});

export const driftSchema = z.object({
  stationId: z.string(),
  series: z
    .array(
      z.object({
        name: z.enum(['score', 'exposure', 'sharpness', 'labels']),
        center: z.number(),
        points: z.array(
          z.object({
            at: z.string(),
            /** Parts or calls that it rests on. */
            of: z.number(),
            value: z.number(),
            lower: z.number(),
            upper: z.number(),
            alarms: z.array(ruleSchema),
          }),
        ),
      }),
    )
    .readonly(),
});

export type Quality = z.infer<typeof qualitySchema>;
export type QualityChart = z.infer<typeof chartSchema>;
export type ReviewerQuality = z.infer<typeof reviewerQualitySchema>;
export type Drift = z.infer<typeof driftSchema>;
