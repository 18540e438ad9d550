import { z } from 'zod';
import { isRaw, pixelFormats } from '#edge/pixels/pixel-format.ts';

const nodeId = z.string().regex(/^(ns=\d+;)?[isgb]=.+$/, 'must be a node id like ns=2;s=Camera.Image');
const text = z.string().min(1);
/** A text, or the node that shows it. */
const textOrNode = z.union([nodeId.transform((node) => ({ node })), text]);
const pxOrNode = z.union([nodeId.transform((node) => ({ node })), z.int().min(1)]);

const viewSchema = z
  .strictObject({
    viewId: text,
    cameraId: text,
    /** Counts the frames of this view; 0 before the first. */
    counter: nodeId,
    /** The image of the frame that the counter shows. */
    image: nodeId.optional(),
    /** Or the last frames: number n lies in slot n modulo their count, the first slot listed being 0. */
    slots: z.array(nodeId).min(2).optional(),
    format: z.enum(pixelFormats),
    widthPx: pxOrNode.optional(),
    heightPx: pxOrNode.optional(),
    significantBits: z.int().min(9).max(16).optional(),
  })
  .refine((view) => (view.image === undefined) !== (view.slots === undefined), 'needs either image or slots')
  .refine(
    ({ format, widthPx, heightPx }) => !isRaw(format) || (widthPx !== undefined && heightPx !== undefined),
    'raw pixels need widthPx and heightPx',
  )
  .refine(
    ({ format, significantBits }) => (format === 'Mono16') === (significantBits !== undefined),
    'Mono16, and nothing else, needs significantBits',
  )
  .transform(({ image, slots, widthPx, heightPx, significantBits, ...view }) => ({
    ...view,
    images: slots ?? [image ?? ''],
    widthPx: widthPx ?? null,
    heightPx: heightPx ?? null,
    significantBits: significantBits ?? 8,
  }));

/** A camera file: the nodes of a camera that is no station, and what a part of it is. */
export const cameraFileSchema = z
  .strictObject({
    /** `counter`: the counter is asked and images are read by number. `pushed`: the server sends each image. */
    adapter: z.enum(['counter', 'pushed']),
    /** Where the camera is another server than the station. */
    url: z.url({ protocol: /^opc\.tcp$/ }).optional(),
    /** What tells that the counters begin anew: the start of the server, nothing (they never do), or a node. */
    epoch: z.union([z.enum(['server-start', 'persistent']), nodeId.transform((node) => ({ node }))]),
    /** Who gets verdicts: the station's result nodes, or nobody but the plant. */
    results: z.enum(['station', 'none']),
    pollMs: z.int().min(1).max(1000).default(10),
    /** Changes that the server keeps of each node between two answers (`pushed`). */
    queue: z.int().min(2).max(1000).default(8),
    part: z.strictObject({
      serial: nodeId.transform((node) => ({ node })).optional(),
      lot: textOrNode.default(''),
      productId: textOrNode,
      recipeId: textOrNode,
    }),
    views: z.array(viewSchema).min(1),
  })
  .refine(
    ({ views }) => new Set(views.map((view) => view.viewId)).size === views.length,
    'two views have the same viewId',
  )
  .refine(
    ({ adapter, views }) => adapter === 'counter' || views.every((view) => view.images.length === 1),
    'pushed images need image, not slots',
  )
  .transform(({ url, part: { serial, ...part }, ...file }) => ({
    ...file,
    url: url ?? null,
    part: { ...part, serial: serial ?? null },
  }));

export type CameraLayout = z.infer<typeof cameraFileSchema>;
export type ViewLayout = CameraLayout['views'][number];
