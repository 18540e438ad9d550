import { z } from 'zod';

const calledViewSchema = z.object({
  stationId: z.string(),
  productId: z.string(),
  viewId: z.string(),
  /** Defects and doubts called on it in the period. */
  calls: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
  goldenSha256: z.string().nullable(),
});

/** Where on a product defects are called. */
export const heatSchema = z.object({
  /** Views with calls, the most called first. */
  views: z.array(calledViewSchema).readonly(),
  /** The view that was asked for, else the most called; null where nothing was called. */
  map: z
    .object({
      view: calledViewSchema,
      /** Side of a square, in pixels of the frame. */
      cellPx: z.number(),
      /** Squares with calls, from the upper left. */
      cells: z
        .array(
          z.object({
            column: z.number(),
            row: z.number(),
            fail: z.number(),
            doubt: z.number(),
            inspections: z.number(),
          }),
        )
        .readonly(),
    })
    .nullable(),
});

export type Heat = z.infer<typeof heatSchema>;
