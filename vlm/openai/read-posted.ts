import { calibrated } from '#vlm/calibration.ts';
import { verdictConfidence, type TokenChance } from '#vlm/confidence.ts';
import { climb, type Asked } from '#vlm/ladder.ts';
import type { ServerCompletion } from '#vlm/openai/completion.schema.ts';
import type { Posted } from '#vlm/openai/post-completion.ts';
import type { Finding, UnavailableReason } from '#vlm/review.ts';

/** An answer as far as it got, with what a record keeps of it. */
export interface ReadAnswer {
  readonly rung:
    | { readonly kind: 'finding'; readonly finding: Finding }
    | { readonly kind: 'fallen'; readonly reason: UnavailableReason; readonly detail: string };
  readonly raw: string | null;
  readonly model: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Reads what a request came back with. `temperature` is that of the calibration, 1 without one. */
export function readPosted(posted: Posted, asked: Asked, temperature: number): ReadAnswer {
  switch (posted.kind) {
    case 'completion':
      return readCompletion(posted.completion, asked, temperature);
    case 'timeout':
      return nothing('timeout', 'no answer by the deadline');
    case 'transport':
      return nothing('transport', posted.detail);
    case 'status':
      return nothing('http-status', `status ${posted.status}: ${posted.detail}`);
    case 'malformed':
      return nothing('malformed', posted.detail);
  }
}

function readCompletion(completion: ServerCompletion, asked: Asked, temperature: number): ReadAnswer {
  const { model = null, usage } = completion;
  const [choice] = completion.choices;
  const content = choice?.message.content ?? '';
  const rung = climb({ finishReason: choice?.finish_reason ?? null, content }, asked);
  const confidence = (): number | null => {
    const chance = verdictConfidence(content, tokensOf(completion));
    return chance === null ? null : calibrated(chance, temperature);
  };
  return {
    rung: rung.kind === 'finding' ? { kind: 'finding', finding: { ...rung.finding, confidence: confidence() } } : rung,
    raw: content,
    model,
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
  };
}

function tokensOf({ choices: [choice] }: ServerCompletion): readonly TokenChance[] {
  const tokens = choice?.logprobs?.content ?? [];
  return tokens.map(({ token, top_logprobs: alternatives = [] }) => ({ token, alternatives }));
}

function nothing(reason: UnavailableReason, detail: string): ReadAnswer {
  return {
    rung: { kind: 'fallen', reason, detail },
    raw: null,
    model: null,
    promptTokens: null,
    completionTokens: null,
  };
}
