import { z } from 'zod';

const approvalSchema = z.object({
  sha256: z.string(),
  approvedBy: z.string(),
  approvedAt: z.string(),
  expiresAt: z.string(),
});

/** What somebody answers for on one view of a recipe. */
const approvedViewSchema = z.object({
  recipeId: z.string(),
  /** Digest of the recipe it stands in. */
  recipeSha256: z.string(),
  viewId: z.string(),
  needsGolden: z.boolean(),
  /** Golden samples of this view that the edge node holds, one a product. */
  goldensHeld: z.array(z.object({ productId: z.string(), sha256: z.string() })).readonly(),
  /** Empty: whichever lies in the folder counts. */
  goldens: z.array(approvalSchema).readonly(),
  calibration: approvalSchema.extend({ mmPerPx: z.array(z.number()).readonly(), uncertaintyMm: z.number() }).nullable(),
});

/** What an edge node works with beside its recipes, as it tells it. */
export const edgeEquipmentSchema = z.object({
  camera: z.object({ url: z.string(), security: z.string(), file: z.string().nullable() }),
  certificates: z.array(
    z.object({
      state: z.enum(['own', 'trusted', 'rejected']),
      thumbprint: z.string(),
      subject: z.string(),
      validFrom: z.string(),
      validTo: z.string(),
    }),
  ),
  models: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string(), card: z.string().nullable() })),
  goldens: z.array(z.object({ productId: z.string(), viewId: z.string(), sha256: z.string() })).readonly(),
  reviewer: z
    .object({
      url: z.string(),
      model: z.string(),
      profile: z.string(),
      prompt: z.object({ id: z.string(), sha256: z.string(), text: z.string() }),
      qualified: z
        .object({
          at: z.string(),
          defects: z.number(),
          missed: z.number(),
          calledDefect: z.number(),
          falseCalls: z.number(),
          calibrated: z.boolean(),
        })
        .nullable(),
      earlier: z.array(z.object({ model: z.string(), promptId: z.string(), qualifiedAt: z.string() })),
    })
    .nullable(),
});

const stationEquipmentSchema = edgeEquipmentSchema.extend({
  stationId: z.string(),
  /** Why its edge node does not answer; null where it does. */
  trouble: z.string().nullable(),
  camera: edgeEquipmentSchema.shape.camera.nullable(),
  views: z.array(approvedViewSchema),
});

export const equipmentSchema = z.object({ stations: z.array(stationEquipmentSchema).readonly() });

export const approvalDraftSchema = z.strictObject({
  stationId: z.string().min(1).max(200),
  recipeSha256: z.string().regex(/^[0-9a-f]{64}$/),
  viewId: z.string().min(1).max(200),
  of: z.enum(['golden', 'calibration']),
  sha256s: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(100)
    .describe('Digests of the golden samples; none for a calibration'),
  days: z.int().min(1).max(3650).describe('For so many days it counts'),
});

export type EdgeEquipment = z.infer<typeof edgeEquipmentSchema>;
export type Equipment = z.infer<typeof equipmentSchema>;
export type StationEquipment = Equipment['stations'][number];
export type ApprovedView = StationEquipment['views'][number];
export type ApprovalDraft = z.infer<typeof approvalDraftSchema>;
