import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
  type IBreaker,
} from 'cockatiel';
import type { Reviewed } from '#vlm/question.ts';
import type { Review, UnavailableReason } from '#vlm/review.ts';

/** When the breakers open, and how long they stay so. */
export interface BreakerLimits {
  /** Failures in a row to get an answer at all. */
  readonly transportInARow: number;
  /** Open where more than this share of the last `meaningAmong` answers meant nothing. */
  readonly meaningShare: number;
  readonly meaningAmong: number;
  readonly halfOpenAfterMs: number;
}

export const usualBreakerLimits: BreakerLimits = {
  transportInARow: 5,
  meaningShare: 0.5,
  meaningAmong: 20,
  halfOpenAfterMs: 10_000,
};

/** How a question ended, as the breakers see it. `unsent` proves nothing about the server. */
export type Ending = 'good' | 'unsent' | 'no-answer' | 'no-meaning';

const endings: Readonly<Partial<Record<UnavailableReason, Ending>>> = {
  timeout: 'no-answer',
  transport: 'no-answer',
  'http-status': 'no-answer',
  truncated: 'no-meaning',
  malformed: 'no-meaning',
  schema: 'no-meaning',
  'wrong-id': 'no-meaning',
  'box-outside': 'no-meaning',
  'engine-failed': 'no-meaning',
};

export type BreakerState = 'closed' | 'open';

/** How a review ended. */
export function endingOf(review: Review): Ending {
  if (review.kind === 'answered') return 'good';
  return review.record === null ? 'unsent' : (endings[review.reason] ?? 'good');
}

/** Keeps questions from a server that does not answer, and from one whose answers mean nothing. */
export interface Breakers {
  /** Runs a question; null where a breaker is open, then nothing is asked. */
  readonly run: (ask: () => Promise<Reviewed>) => Promise<Reviewed | null>;
  readonly state: () => { readonly transport: BreakerState; readonly meaning: BreakerState };
}

/**
 * Two breakers around one server: a dead network and a bad model are different news. An open one lets no part's question
 * through: after its pause the next question makes it ask one whose answer is known, by `prove`, and that alone closes it.
 */
export function createBreakers(limits: BreakerLimits, prove: () => Promise<Ending>): Breakers {
  const { meaningShare: threshold, meaningAmong: size, transportInARow, halfOpenAfterMs } = limits;
  const transport = circuit(new ConsecutiveBreaker(transportInARow), halfOpenAfterMs, ['no-answer', 'unsent']);
  const meaning = circuit(new CountBreaker({ threshold, size }), halfOpenAfterMs, [
    'no-meaning',
    'no-answer',
    'unsent',
  ]);
  const circuits = [transport, meaning];
  const proof = { underWay: false };

  const proveAgain = async (): Promise<void> => {
    if (proof.underWay) return;
    proof.underWay = true;
    try {
      let proven: Promise<Ending> | null = null;
      // One proof for both; none where neither has waited long enough.
      const once = (): Promise<Ending> => (proven ??= prove());
      for (const one of circuits) if (!isClosed(one)) await one.execute(once).catch(unlessBroken);
    } finally {
      proof.underWay = false;
    }
  };

  return {
    run: async (ask) => {
      if (!circuits.every(isClosed)) {
        void proveAgain();
        return null;
      }
      const reviewed = await ask();
      const ending = endingOf(reviewed.review);
      // What ends after a breaker has opened counts no more, and what proves nothing never.
      if (ending !== 'unsent' && isClosed(transport)) await transport.execute(() => ending);
      if (ending !== 'unsent' && ending !== 'no-answer' && isClosed(meaning)) await meaning.execute(() => ending);
      return reviewed;
    },
    state: () => ({ transport: stateOf(transport), meaning: stateOf(meaning) }),
  };
}

function circuit(breaker: IBreaker, halfOpenAfter: number, bad: readonly Ending[]): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhenResult((ending) => bad.includes(ending as Ending)),
    { halfOpenAfter, breaker },
  );
}

function unlessBroken(error: unknown): void {
  if (!(error instanceof BrokenCircuitError)) throw error;
}

function isClosed(breaker: CircuitBreakerPolicy): boolean {
  return breaker.state === CircuitState.Closed;
}

function stateOf(breaker: CircuitBreakerPolicy): BreakerState {
  return isClosed(breaker) ? 'closed' : 'open';
}
