import { z } from 'zod';

/**
 * The part of a COCO file that a station needs. COCO files carry much else, so unknown keys pass.
 * `template` names the golden sample of an image, `group` what was photographed; `uncertain_negative` marks an image
 * without annotations that may still hold a defect.
 */
export const cocoSchema = z.object({
  images: z.array(
    z.object({
      id: z.union([z.int(), z.string()]),
      file_name: z.string().min(1),
      template: z.string().min(1).nullish(),
      group: z.string().nullish(),
      uncertain_negative: z.boolean().nullish(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.union([z.int(), z.string()]),
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number().min(0), z.number().min(0)]),
    }),
  ),
  categories: z.array(z.object({ id: z.int(), name: z.string().min(1) })),
});

export type CocoDocument = z.infer<typeof cocoSchema>;
