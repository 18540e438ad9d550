import { explain } from '#vlm/embedded/explain.ts';
import type { EngineAnswer, EngineToken } from '#vlm/embedded/engine-messages.ts';
import type { ReadRequest } from '#vlm/embedded/read-request.ts';

/** What is told of a completion besides the answer. */
export interface CompletionFacts {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

const visionMarks = 2;

/** The chat completion of an answer. Id and explanation are ours: the model was asked for what lies between them. */
export function writeCompletion(answer: EngineAnswer, request: ReadRequest, facts: CompletionFacts) {
  const tokens = framed(answer, request);
  const promptTokens = answer.textTokens + visionMarks + request.imageTokens;
  const whole = answer.ended === 'stop';
  return {
    ...facts,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: whole ? 'stop' : 'length',
        message: { role: 'assistant', content: tokens.map(({ text }) => text).join('') },
        logprobs: request.question.alternatives > 0 ? { content: tokens.map(logprobs) } : null,
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: answer.tokens.length,
      total_tokens: promptTokens + answer.tokens.length,
    },
    timings: { cpu_ms: answer.cpuMs },
  };
}

/** The tokens with our parts put into the first and the last; a cut-off answer stays as it is. */
function framed({ text, tokens, ended }: EngineAnswer, { id, language }: ReadRequest): readonly EngineToken[] {
  const plain = tokens.length > 0 ? tokens : [{ text, alternatives: [] }];
  const head = `{"id":${JSON.stringify(id)},`;
  const opened = plain.map((token, index) =>
    index > 0 ? token : { ...token, text: token.text.replace('{', () => head) },
  );
  if (ended !== 'stop') return opened;
  const closing = opened.findLastIndex((token) => token.text.includes('}'));
  const tail = `,"explanation":${JSON.stringify(explain(text, language))}}`;
  return opened.map((token, index) =>
    index === closing ? { ...token, text: token.text.replace('}', () => tail) } : token,
  );
}

/** Natural logarithms. The choice is greedy, so the token written is certain where no alternatives were weighed. */
function logprobs({ text, alternatives }: EngineToken) {
  const chance = alternatives.find((one) => one.text === text)?.chance ?? 1;
  const top = alternatives
    .filter((one) => one.chance > 0)
    .map((one) => ({ token: one.text, logprob: Math.log(one.chance) }));
  return { token: text, logprob: Math.log(Math.max(chance, Number.MIN_VALUE)), top_logprobs: top };
}
