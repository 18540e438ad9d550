import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient, postCompletion, type Posted } from '#vlm/openai/post-completion.ts';
import { prepareQuestion, type Prepared } from '#vlm/openai/prepare-question.ts';
import { readPosted } from '#vlm/openai/read-posted.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { Reviewed, ReviewQuestion } from '#vlm/question.ts';
import type { Review, ReviewRecord, UnavailableReason } from '#vlm/review.ts';

/** Puts one question to the server, without queue or breakers, and takes the answer up the ladder. */
export async function askOnce(
  question: ReviewQuestion,
  options: ReviewerOptions,
  deadline: AbortSignal,
): Promise<Reviewed> {
  const startedMs = performance.now();
  const prepared = await prepareQuestion(question, options);
  if (deadline.aborted) return unasked(question.id, 'timeout', 'no time was left for it');
  const { layout, coordinates } = prepared.asked;
  const { cropSha256 } = prepared.facts;
  options.onAsked?.({ id: question.id, label: question.label, box: question.box, layout, coordinates, cropSha256 });
  const { posted, attempts } = await postTwice(prepared, options, deadline);
  const answer = readPosted(posted, prepared.asked, options.calibration?.temperature ?? 1);
  const record: ReviewRecord = {
    ...prepared.facts,
    model: answer.model ?? options.model,
    rawAnswer: answer.raw,
    latencyMs: performance.now() - startedMs,
    promptTokens: answer.promptTokens,
    completionTokens: answer.completionTokens,
    attempts,
    ...(options.calibration ? { calibrationSha256: options.calibration.sha256 } : {}),
  };
  const { id } = question;
  const review: Review =
    answer.rung.kind === 'finding'
      ? { kind: 'answered', id, finding: answer.rung.finding, record }
      : { kind: 'unavailable', id, reason: answer.rung.reason, detail: answer.rung.detail, record };
  return { review, asked: prepared.image };
}

/** One more try where the server was not reached or had no room, if the time allows it; never for a bad answer. */
async function postTwice(prepared: Prepared, options: ReviewerOptions, deadline: AbortSignal) {
  const request = { id: requestId(prepared.body), signal: deadline };
  const first = await postCompletion(options, prepared.body, request);
  if (!isTransient(first)) return { posted: first, attempts: 1 };
  // Spread over edge nodes by the seed, so that they do not come back all at once.
  const pauseMs = 20 + (Math.abs(prepared.facts.seed) % 60);
  const slept = await sleep(pauseMs, true, { signal: deadline }).catch(() => false);
  if (!slept) return { posted: { kind: 'timeout' } satisfies Posted, attempts: 1 };
  return { posted: await postCompletion(options, prepared.body, request), attempts: 2 };
}

/** The same question has the same id, so that a server's log can be matched with a record. */
function requestId(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
}

/** A question that was never sent. */
export function unasked(id: string, reason: UnavailableReason, detail: string): Reviewed {
  return { review: { kind: 'unavailable', id, reason, detail, record: null }, asked: null };
}
