import { z } from 'zod';

const lessonSchema = z.object({
  /** `coco`: boxes and clean images, for the detector; `chat`: questions with answers, for the reviewer. */
  set: z.enum(['coco', 'chat']),
  what: z.enum(['defect', 'clean', 'harmless', 'open']),
  /** Defect label or benign cause. */
  label: z.string().nullable(),
  train: z.number(),
  validation: z.number(),
});

/** What an export would hold, before any image is fetched. */
export const examplePreviewSchema = z.object({
  /** Inspections that were looked at. */
  inspections: z.number(),
  examples: z.number(),
  /** Examples by kind; one may be of several. */
  kinds: z.record(z.string(), z.number()),
  balance: z.array(lessonSchema).readonly(),
  leftOut: z
    .array(z.object({ of: z.enum(['inspection', 'image', 'line']), why: z.string(), count: z.number() }))
    .readonly(),
  /** Frames by where they are; `edge`: of passed parts, which stay in the ring of their edge node. */
  frames: z.object({ held: z.number(), wanted: z.number(), gone: z.number(), edge: z.number() }),
});

export type ExamplePreview = z.infer<typeof examplePreviewSchema>;
