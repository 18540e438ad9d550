import { z } from 'zod';

const triggerFields = {
  triggerNo: z.int().min(0),
  serial: z.string().min(1),
  attempt: z.int().min(1),
  lot: z.string(),
  productId: z.string().min(1),
  recipeId: z.string().min(1),
  triggeredAt: z.iso.datetime(),
  simulated: z.boolean(),
  challenge: z.boolean().default(false),
};

/** What travels as `meta` beside an image. */
export const frameMetaSchema = z.strictObject({
  ...triggerFields,
  viewId: z.string().min(1),
  cameraId: z.string().min(1),
  capturedAt: z.iso.datetime(),
  encoding: z.enum(['png', 'jpeg']),
  widthPx: z.int().min(0),
  heightPx: z.int().min(0),
  viewCount: z.int().min(1),
});

export type FrameMeta = z.infer<typeof frameMetaSchema>;

/** Answer of Ledger.OpenTriggers. */
export const openTriggersSchema = z.array(
  z.strictObject({
    ...triggerFields,
    epoch: z.string().min(1),
    frameIds: z.record(z.string(), z.int().min(1)),
  }),
);
