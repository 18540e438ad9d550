import { z } from 'zod';
import type { ModelManifest } from '#detector/model-manifest.ts';

const text = z.string().min(1);
const share = z.number().min(0).max(1);
const count = z.int().min(0);
const sidePx = z.int().min(1).max(8192);

const channels = z
  .array(z.enum(['tested', 'template', 'red', 'green', 'blue', 'gray']))
  .refine((names) => ['tested,template', 'red,green,blue', 'gray'].includes(names.join()), {
    message: 'must be ["tested","template"], ["red","green","blue"] or ["gray"]',
  });

const input = z
  .strictObject({
    name: text,
    dtype: z.enum(['uint8', 'float32']),
    layout: z.literal('NCHW'),
    channels,
    scale: z.number().positive(),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  })
  .refine((value) => value.mean.length === value.channels.length && value.std.length === value.channels.length, {
    message: 'mean and std need one number for each channel',
  })
  .refine(
    (value) =>
      value.dtype === 'float32' ||
      (value.scale === 1 && value.mean.every((m) => m === 0) && value.std.every((s) => s === 1)),
    { message: 'a uint8 input takes pixels as they are: scale 1, mean 0, std 1' },
  );

const tile = z
  .strictObject({
    sidePx,
    overlapPx: z.int().min(0),
    regionPx: sidePx.nullable(),
    sideMultiple: sidePx,
    scaleNote: z.string().optional(),
  })
  .refine((value) => value.overlapPx < value.sidePx, { message: 'overlapPx must be smaller than sidePx' });

const shared = {
  schemaVersion: z.literal(1),
  name: text,
  version: text,
  file: text.regex(/^[^/\\]+\.onnx$/, 'must be the name of an .onnx file beside the manifest'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  opset: z.int().min(1),
  input,
  tile,
  labels: z.array(text).min(1),
  threshold: share,
  candidateThreshold: share,
  training: z.strictObject({
    data: z.array(z.strictObject({ name: text, licence: text, redistributable: z.boolean(), images: count })),
    seed: z.int(),
    steps: count,
    commit: z.string(),
  }),
  figures: z.array(z.strictObject({ set: text, metric: text, value: z.number(), low: z.number(), high: z.number() })),
};

/** manifest.json as it stands on disk: a key that nothing reads is refused. */
export const modelManifestSchema = z
  .discriminatedUnion('head', [
    z.strictObject({
      ...shared,
      head: z.literal('centre'),
      outputs: z.strictObject({ heat: text, box: text, mask: text }),
    }),
    z.strictObject({ ...shared, head: z.literal('yolo'), outputs: z.strictObject({ predictions: text }) }),
    z.strictObject({ ...shared, head: z.literal('detr'), outputs: z.strictObject({ boxes: text, logits: text }) }),
  ])
  .refine((value) => value.candidateThreshold <= value.threshold, {
    message: 'candidateThreshold must not exceed threshold',
  })
  .refine((value) => new Set(value.labels).size === value.labels.length, {
    message: 'labels must differ from each other',
  }) satisfies z.ZodType<ModelManifest>;
