import { z } from 'zod';
import type { StateMessage, StoredMessage } from '#edge/topics.ts';

/** Retained state of an edge node, as read from MQTT. */
export const stateMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  state: z.enum(['online', 'offline']),
  at: z.string(),
}) satisfies z.ZodType<StateMessage>;

/** Notice that an inspection is stored, as read from MQTT. */
export const storedMessageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stationId: z.string(),
  inspectionId: z.string(),
  storedAt: z.string(),
}) satisfies z.ZodType<StoredMessage>;
