import { createAdmission, type TurnedAway } from '#vlm/openai/admission.ts';
import { askOnce, unasked } from '#vlm/openai/ask-once.ts';
import { createBreakers, usualBreakerLimits } from '#vlm/openai/breakers.ts';
import { proveGolden } from '#vlm/openai/golden-question.ts';
import type { Reviewer, ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { AskReviewer, Reviewed, ReviewQuestion } from '#vlm/question.ts';
import type { UnavailableReason } from '#vlm/review.ts';

const turnedAway: Readonly<Record<TurnedAway, string>> = {
  'not-admitted': 'answers take longer than the time that was left for it',
  'queue-full': 'too many questions wait',
  timeout: 'no time was left for it',
};

/** A reviewer behind an OpenAI-compatible server. Opens nothing by itself; asks when it is asked. */
export function createReviewer(options: ReviewerOptions): Reviewer {
  const { atOnce, waiting } = options.profile;
  const admission = createAdmission({ atOnce: options.atOnce ?? atOnce, waiting }, () => performance.now());
  const breakers = createBreakers(options.breakerLimits ?? usualBreakerLimits, () => proveGolden(options));
  const counts = { answered: 0, unavailable: new Map<UnavailableReason, number>() };

  const askInTurn = async (question: ReviewQuestion, deadline: AbortSignal): Promise<Reviewed> => {
    const { id, score, deadlineMs: leftMs } = question;
    try {
      const reviewed = await admission.run({ score, leftMs, deadline }, () =>
        breakers.run(() => askOnce(question, options, deadline)),
      );
      if (typeof reviewed === 'string') return unasked(id, reviewed, turnedAway[reviewed]);
      return reviewed ?? unasked(id, 'breaker-open', 'the last answers failed; asked again after a while');
    } catch (error) {
      return unasked(id, 'engine-failed', error instanceof Error ? error.message : String(error));
    }
  };

  const ask: AskReviewer = async (question, signal) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.floor(question.deadlineMs)))]);
    const reviewed = await askInTurn(question, deadline);
    const { review } = reviewed;
    if (review.kind === 'answered') counts.answered += 1;
    else counts.unavailable.set(review.reason, (counts.unavailable.get(review.reason) ?? 0) + 1);
    return reviewed;
  };

  const health: Reviewer['health'] = () => ({
    ...breakers.state(),
    answered: counts.answered,
    unavailable: Object.fromEntries(counts.unavailable),
  });
  return { ask, health };
}
