import type { Image } from '#detector/image.ts';
import { loadPrompt, shippedPromptFile } from '#vlm/openai/load-prompt.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import type { Reviewer, ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { profiles } from '#vlm/profiles.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import type { ContractServer, Reaction, Script } from './contract-server.ts';

export const prompt = await loadPrompt(shippedPromptFile);

/** A signal that does not abort. */
export const never = new AbortController().signal;

/** A frame of stripes, so that a crop of it is no plain color. */
const stripes: Image = {
  widthPx: 400,
  heightPx: 300,
  channels: 1,
  data: Uint8Array.from({ length: 400 * 300 }, (_, index) => ((index % 400) % 40 < 20 ? 60 : 190)),
};

/** A question about a spur beside a golden sample. */
export const question: ReviewQuestion = {
  id: 'top-d1',
  label: 'spur',
  score: 0.41,
  mode: 'named',
  viewImage: stripes,
  golden: stripes,
  box: { x1: 200, y1: 120, x2: 232, y2: 150 },
  beside: [],
  labels: ['spur', 'short'],
  benignCauses: ['dust', 'glare'],
  language: 'en',
  seed: 77,
  deadlineMs: 5000,
};

/** What a reviewer that asks the server is made from. */
export function optionsOf({ baseUrl, onAsked }: ContractServer): ReviewerOptions {
  return { baseUrl, model: 'inspector-v1', profile: profiles['vllm/qwen2.5'], apiKey: 'secret', prompt, onAsked };
}

/** A reviewer that asks the server. */
export function reviewerOf(server: ContractServer, changes: Partial<ReviewerOptions> = {}): Reviewer {
  return createReviewer({ ...optionsOf(server), ...changes });
}

/** The same reaction to every request. */
export function always(reaction: Reaction): Script {
  return () => reaction;
}

/** An answer that nobody waits for. */
export const muchTooLate = always({ kind: 'late', afterMs: 60_000, next: { kind: 'status', status: 500 } });
