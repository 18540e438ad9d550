import { z } from 'zod';
import type { MarkMessage } from '#edge/topics.ts';

/** What the store says it holds of a stream. */
export const markSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  streamId: z.uuid(),
  sequence: z.int().min(0),
}) satisfies z.ZodType<MarkMessage>;
