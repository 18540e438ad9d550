import type { Dialect, Profile } from '#vlm/profiles.ts';

/** What a request is made of. */
export interface RequestParts {
  readonly model: string;
  readonly profile: Profile;
  readonly texts: { readonly system: string; readonly user: string };
  readonly png: Uint8Array;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/**
 * Sampling in the words of each server. Everything is said, since a model's own defaults would count otherwise: the
 * repetition penalty that Qwen2.5-VL ships with distorts digits and keys, and llama.node's defaults draw unlikely tokens.
 */
const greedy = { temperature: 0, top_p: 1 };
const llamaCpp = { ...greedy, top_k: 1, xtc_probability: 0, dry_multiplier: 0 };
const samplings: Readonly<Record<Dialect, Readonly<Record<string, number>>>> = {
  vllm: { ...greedy, repetition_penalty: 1 },
  'llama-server': { ...llamaCpp, repeat_penalty: 1 },
  embedded: { ...llamaCpp, repetition_penalty: 1 },
};

/** Body of a chat completion: text that is the same for all questions first, the image last, held to the schema. */
export function requestBody(parts: RequestParts): Record<string, unknown> {
  const { profile, schema, texts } = parts;
  const url = `data:image/png;base64,${Buffer.from(parts.png).toString('base64')}`;
  return {
    model: parts.model,
    messages: [
      { role: 'system', content: texts.system },
      {
        role: 'user',
        content: [
          { type: 'text', text: texts.user },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'finding', strict: true, schema } },
    ...samplings[profile.dialect],
    seed: parts.seed,
    n: 1,
    stream: false,
    max_completion_tokens: profile.maxCompletionTokens,
    logprobs: true,
    top_logprobs: 5,
  };
}
