import { z } from 'zod';
import { profiles, type ProfileId } from '#vlm/profiles.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');
const count = z.int().min(0);

/** A reviewer as it was qualified: all that an edge node needs to ask the very same one. */
const serviceSchema = z.strictObject({
  model: z.string().min(1),
  /** Of the weights, as the server tells them apart. */
  fingerprint: sha256,
  profile: z.enum(Object.keys(profiles) as [ProfileId, ...ProfileId[]]),
  /** The text itself, so that a new version of Hairline does not change it. */
  prompt: z.strictObject({ id: z.string().min(1), sha256, text: z.string() }),
  /** null where the engine gives no chances. */
  calibration: z.strictObject({ temperature: z.number().positive(), answers: count, sha256 }).nullable(),
  retained: z.strictObject({ sha256, defects: count, missed: count, falseCalls: count, calledDefect: count }),
  qualifiedAt: z.iso.datetime(),
});

/** What is in service, and what was before, the newest first. */
export const serviceFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  inService: serviceSchema,
  earlier: z.array(serviceSchema),
});

export type Service = z.infer<typeof serviceSchema>;
export type ServiceFile = z.infer<typeof serviceFileSchema>;
