import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');
const weights = z.strictObject({ file: z.string().regex(/^[\w.-]+$/), sha256, bytes: z.int().positive() });

/** What the weights are, and the words the model knows. Written by vlm/training/export.py. */
export const reviewerManifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  version: z.string().min(1),
  architecture: z.string().min(1),
  parameters: z.int().positive(),
  language: weights,
  vision: weights,
  sidePx: z.int().positive(),
  labels: z.array(z.string()).min(1),
  benignCauses: z.array(z.string()).min(1),
  none: z.string(),
  prompt: z.strictObject({ pair: z.string(), alone: z.string(), after: z.string() }),
  training: z.strictObject({
    /** The exported model that this training began with; its steps and crops come on top of those below. */
    startedFrom: z.strictObject({ version: z.string().min(1), steps: z.int(), crops: z.int() }).optional(),
    steps: z.int().positive(),
    crops: z.int().positive(),
    seed: z.int(),
    data: z.array(
      z.strictObject({
        name: z.string(),
        licence: z.string(),
        images: z.int(),
        crops: z.int(),
        holdout: z.array(z.string()),
      }),
    ),
  }),
});

export type ReviewerManifest = z.infer<typeof reviewerManifestSchema>;
