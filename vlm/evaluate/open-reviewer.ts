import { createLog } from '#host/log.ts';
import { shippedReviewerDir } from '#vlm/embedded/load-manifest.ts';
import { startEmbeddedReviewer } from '#vlm/embedded/start-embedded-reviewer.ts';
import type { ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { profiles } from '#vlm/profiles.ts';
import type { AskReviewer } from '#vlm/question.ts';

/** A reviewer to be scored. */
export interface OpenedForScore {
  readonly ask: AskReviewer;
  /** Whom it asks, and how. */
  readonly asked: ReviewerOptions;
  /** Processor time of each answer so far; none of a server. */
  readonly cpuMs: readonly number[];
}

// Failures are to be counted, not kept away.
const neverOpen = { transportInARow: 1e9, meaningShare: 0.999, meaningAmong: 1e6, halfOpenAfterMs: 1000 };

/** The server that the options name, or the embedded reviewer, which is closed with the stack. */
export async function openReviewer(
  options: Pick<ReviewerEvaluation, 'url' | 'model' | 'profile' | 'reviewerDir'>,
  stack: AsyncDisposableStack,
): Promise<OpenedForScore> {
  const cpuMs: number[] = [];
  if (options.url !== null) {
    const profile = profiles[options.profile];
    const prompt = await loadPromptFor(profile);
    const { url: baseUrl, model } = options;
    const apiKey = process.env['HAIRLINE_VLM_API_KEY'] ?? null;
    const asked = { baseUrl, model, profile, apiKey, prompt, breakerLimits: neverOpen };
    return { ask: createReviewer(asked).ask, asked, cpuMs };
  }
  const embedded = await startEmbeddedReviewer({
    modelDir: options.reviewerDir ?? shippedReviewerDir,
    port: 0,
    threads: 1,
    log: createLog('eval', 'error'),
    onAnswer: (answer) => cpuMs.push(answer.cpuMs),
  });
  stack.use(embedded);
  const { baseUrl, manifest } = embedded;
  const profile = profiles['embedded/qwen2.5'];
  const prompt = await loadPromptFor(profile);
  const asked = { baseUrl, model: manifest.name, profile, apiKey: null, prompt, breakerLimits: neverOpen };
  return { ask: createReviewer(asked).ask, asked, cpuMs };
}
