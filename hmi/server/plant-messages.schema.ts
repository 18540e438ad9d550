import { z } from 'zod';
import type { StoredMessage } from '#edge/topics.ts';

/** Notice that an inspection is stored, as read from MQTT. */
export const storedMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  inspectionId: z.string(),
  storedAt: z.string(),
}) satisfies z.ZodType<StoredMessage>;
