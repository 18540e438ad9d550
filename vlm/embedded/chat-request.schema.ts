import { z } from 'zod';

const textPart = z.object({ type: z.literal('text'), text: z.string().max(8192) });
const imagePart = z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) });

const enumOf = z.object({ enum: z.array(z.string()).min(1) });

/** The shape of an answer as vlm/answer.schema.ts asks for it. */
const answerShape = z.object({
  type: z.literal('object'),
  properties: z.object({
    id: z.unknown(),
    verdict: enumOf,
    bbox_2d: z.object({ items: z.object({ type: z.literal('integer'), minimum: z.int(), maximum: z.int() }) }),
    label: enumOf,
    severity: enumOf,
    explanation: z.unknown(),
  }),
});

/** What we read of a chat completion request. Sampling fields pass: the engine is greedy whatever they say. */
export const chatRequestSchema = z.object({
  model: z.string(),
  messages: z.tuple([
    z.object({ role: z.literal('system'), content: z.string() }),
    z.object({ role: z.literal('user'), content: z.tuple([textPart, imagePart]) }),
  ]),
  response_format: z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: answerShape }) }),
  n: z.literal(1).optional(),
  stream: z.literal(false).optional(),
  max_completion_tokens: z.int().min(1).max(512).default(64),
  logprobs: z.boolean().default(false),
  top_logprobs: z.int().min(0).max(20).default(0),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;
