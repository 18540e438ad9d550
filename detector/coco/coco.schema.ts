import { z } from 'zod';

const id = z.union([z.int(), z.string()]);

/**
 * The part of a COCO file that is read. COCO files carry much else, so unknown keys pass. Beyond plain COCO an image may
 * name its golden sample (`template`), what was photographed (`group` or `board`), and that its lack of annotations proves nothing
 * (`uncertain_negative`).
 */
export const cocoSchema = z.object({
  images: z.array(
    z.object({
      id,
      file_name: z.string().min(1),
      template: z.string().min(1).nullish(),
      group: z.string().nullish(),
      board: z.string().nullish(),
      uncertain_negative: z.boolean().nullish(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: id,
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
    }),
  ),
  categories: z.array(z.object({ id: z.int(), name: z.string().min(1) })).min(1),
});

/** A COCO file as parsed. */
export type CocoDocument = z.infer<typeof cocoSchema>;
