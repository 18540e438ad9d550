import sharp from 'sharp';
import { z } from 'zod';

const textPart = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string().regex(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/) }),
});

/** A chat completion as the reviewer may ask for it. Unknown keys are faults: a server would ignore them in silence. */
export const requestSchema = z.strictObject({
  model: z.string().min(1),
  messages: z.tuple([
    z.strictObject({ role: z.literal('system'), content: z.string().min(1) }),
    z.strictObject({ role: z.literal('user'), content: z.tuple([textPart, imagePart]) }),
  ]),
  response_format: z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string(),
      strict: z.literal(true),
      schema: z.record(z.string(), z.unknown()),
    }),
  }),
  temperature: z.literal(0),
  top_p: z.literal(1),
  repetition_penalty: z.literal(1).optional(),
  repeat_penalty: z.literal(1).optional(),
  top_k: z.literal(1).optional(),
  xtc_probability: z.literal(0).optional(),
  dry_multiplier: z.literal(0).optional(),
  seed: z.int().min(0),
  n: z.literal(1),
  stream: z.literal(false),
  max_completion_tokens: z.int().min(1).max(1024),
  logprobs: z.literal(true),
  top_logprobs: z.int().min(1).max(20),
});

export type ChatRequest = z.infer<typeof requestSchema>;

/** What is wrong with a request beyond its shape; empty for a good one. */
export async function requestFaults(request: ChatRequest, factor: number): Promise<string[]> {
  const faults = schemaFaults(request.response_format.json_schema.schema, 'schema');
  if (request.repetition_penalty !== 1 && request.repeat_penalty !== 1) faults.push('no repetition penalty is said');
  return [...faults, ...(await imageFaults(imageOf(request), factor))];
}

/** The picture of a request. */
export function imageOf(request: ChatRequest): Buffer {
  const [, image] = request.messages[1].content;
  return Buffer.from(image.image_url.url.replace(/^data:image\/png;base64,/, ''), 'base64');
}

async function imageFaults(png: Buffer, factor: number): Promise<string[]> {
  const { width, height, channels, hasAlpha, orientation, format } = await sharp(png).metadata();
  const faults: string[] = [];
  if (format !== 'png') faults.push(`the image is ${format}`);
  if (channels !== 3 || hasAlpha) faults.push(`the image has ${channels} channels`);
  if (orientation !== undefined) faults.push('the image asks to be turned');
  if (width % factor !== 0 || height % factor !== 0) {
    faults.push(`a server would resize ${width} x ${height}: no multiples of ${factor}`);
  }
  return faults;
}

const words = new Set(
  'type properties required additionalProperties enum items minItems maxItems minimum maximum maxLength'.split(' '),
);

/** Keywords outside the subset that xgrammar and llama.cpp both keep; the latter skips others without a word. */
function schemaFaults(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [`${path} is no object`];
  const node = schema as Record<string, unknown>;
  const faults = Object.keys(node)
    .filter((word) => !words.has(word))
    .map((word) => `${path}.${word} is outside the subset`);
  if (('minimum' in node || 'maximum' in node) && node['type'] !== 'integer')
    faults.push(`${path}: limits of no integer`);
  if (Math.abs(Number(node['maximum'] ?? 0)) > 2 ** 31) faults.push(`${path}: no real limit`);
  if (node['type'] === 'object') faults.push(...objectFaults(node, path));
  if (node['type'] === 'array') faults.push(...schemaFaults(node['items'], `${path}.items`));
  return faults;
}

function objectFaults(node: Record<string, unknown>, path: string): string[] {
  const properties = node['properties'] as Record<string, unknown>;
  const names = Object.keys(properties);
  const faults = names.flatMap((name) => schemaFaults(properties[name], `${path}.${name}`));
  if (node['additionalProperties'] !== false) faults.push(`${path} allows more keys`);
  if (JSON.stringify(node['required']) !== JSON.stringify(names)) faults.push(`${path} has keys that may be missing`);
  return faults;
}
