import { z } from 'zod';
import { answerSchema } from '#vlm/answer.schema.ts';

const text = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const image = z.strictObject({ type: z.literal('image'), image: z.string().regex(/^crops\/[0-9a-f]{64}\.png$/) });
const message = <Role extends string, Content extends z.ZodType>(role: Role, content: Content) =>
  z.strictObject({ role: z.literal(role), content });

/** The question as the reviewer gets it, image last, and the answer it should give. */
const messages = z.tuple([
  message('system', z.tuple([text])),
  message('user', z.tuple([text, image])),
  message('assistant', z.tuple([text])),
]);

/** Where a line comes from, and what its answer is held to. */
const about = z.strictObject({
  inspectionId: z.uuid(),
  stationId: z.string(),
  serial: z.string(),
  group: z.string(),
  placeId: z.string(),
  kinds: z.array(z.enum(['false-call', 'escape', 'refused', 'lowered', 'raised'])),
  prompt: z.strictObject({ id: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  profile: z.string(),
  /** True: image and texts are those that the reviewer got at the line. False: drawn from the frame, for this profile. */
  asAsked: z.boolean(),
  terms: z.strictObject({ labels: z.array(z.string()), benignCauses: z.array(z.string()), most: z.int() }),
});

/** One line of train.jsonl and validation.jsonl. The answer keeps the strict schema of the line's own reviewer. */
export const chatLineSchema = z.strictObject({ messages, about }).superRefine((line, context) => {
  const parsed = answerSchema(line.about.terms).safeParse(jsonOf(line.messages[2].content[0].text));
  for (const { message: fault, path } of parsed.error?.issues ?? [])
    context.addIssue({ code: 'custom', path: ['messages', 2, ...path], message: fault });
});

export type ChatLine = z.infer<typeof chatLineSchema>;

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // no answer: the schema says so
  }
}
