import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkhead, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';
import { createBreakers, usualBreakerLimits } from '#vlm/openai/breakers.ts';
import { isTransient, postCompletion, type Posted } from '#vlm/openai/post-completion.ts';
import { prepareQuestion, type Prepared } from '#vlm/openai/prepare-question.ts';
import { readPosted } from '#vlm/openai/read-posted.ts';
import type { Reviewer, ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { AskReviewer, Reviewed, ReviewQuestion } from '#vlm/question.ts';
import type { Review, ReviewRecord, UnavailableReason } from '#vlm/review.ts';

/** A reviewer behind an OpenAI-compatible server. Opens nothing by itself; asks when it is asked. */
export function createReviewer(options: ReviewerOptions): Reviewer {
  const { profile } = options;
  const room = bulkhead(profile.atOnce, profile.waiting);
  const breakers = createBreakers(options.breakerLimits ?? usualBreakerLimits);
  const counts = { answered: 0, unavailable: new Map<UnavailableReason, number>() };

  const askInTime = async (question: ReviewQuestion, deadline: AbortSignal): Promise<Reviewed> => {
    const queue = { left: false };
    const work = room.execute(() => {
      queue.left = true;
      return askThrough(question, deadline);
    }, deadline);
    try {
      return await Promise.race([work, overBefore(() => queue.left, deadline)]);
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return unasked(question.id, 'queue-full', 'too many questions wait');
      if (error instanceof TaskCancelledError) return unasked(question.id, 'timeout', 'no time was left for it');
      return unasked(question.id, 'engine-failed', describe(error));
    }
  };

  const askThrough = async (question: ReviewQuestion, deadline: AbortSignal): Promise<Reviewed> => {
    const reviewed = await breakers.run(() => askOnce(question, options, deadline));
    return reviewed ?? unasked(question.id, 'breaker-open', 'the last answers failed; asked again after a while');
  };

  const ask: AskReviewer = async (question, signal) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.floor(question.deadlineMs)))]);
    const reviewed = await askInTime(question, deadline);
    const reason = reasonOf(reviewed);
    if (reason === null) counts.answered += 1;
    else counts.unavailable.set(reason, (counts.unavailable.get(reason) ?? 0) + 1);
    return reviewed;
  };

  const health: Reviewer['health'] = () => ({
    ...breakers.state(),
    answered: counts.answered,
    unavailable: Object.fromEntries(counts.unavailable),
  });
  return { ask, health };
}

async function askOnce(question: ReviewQuestion, options: ReviewerOptions, deadline: AbortSignal): Promise<Reviewed> {
  const startedMs = performance.now();
  const prepared = await prepareQuestion(question, options);
  if (deadline.aborted) return unasked(question.id, 'timeout', 'no time was left for it');
  const { layout, coordinates } = prepared.asked;
  const { cropSha256 } = prepared.facts;
  options.onAsked?.({ id: question.id, label: question.label, box: question.box, layout, coordinates, cropSha256 });
  const { posted, attempts } = await postTwice(prepared, options, deadline);
  const answer = readPosted(posted, prepared.asked);
  const record: ReviewRecord = {
    ...prepared.facts,
    model: answer.model ?? options.model,
    rawAnswer: answer.raw,
    latencyMs: performance.now() - startedMs,
    promptTokens: answer.promptTokens,
    completionTokens: answer.completionTokens,
    attempts,
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

/** Ends a wait in the queue at the deadline; a question under way ends by itself, with its record. */
function overBefore(left: () => boolean, deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const over = (): void => {
      if (!left()) reject(new TaskCancelledError());
    };
    if (deadline.aborted) over();
    else deadline.addEventListener('abort', over, { once: true });
  });
}

function unasked(id: string, reason: UnavailableReason, detail: string): Reviewed {
  return { review: { kind: 'unavailable', id, reason, detail, record: null }, asked: null };
}

function reasonOf({ review }: Reviewed): UnavailableReason | null {
  return review.kind === 'answered' ? null : review.reason;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
