import { z } from 'zod';

const logprob = z.object({ token: z.string(), logprob: z.number() });

/** What we read of a chat completion; servers send much else, so unknown keys pass. Exactly one choice was asked for. */
export const completionSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullable() }),
        logprobs: z
          .object({ content: z.array(logprob.extend({ top_logprobs: z.array(logprob).optional() })).nullish() })
          .nullish(),
      }),
    )
    .length(1),
  usage: z.object({ prompt_tokens: z.int().optional(), completion_tokens: z.int().optional() }).nullish(),
});

export type ServerCompletion = z.infer<typeof completionSchema>;
