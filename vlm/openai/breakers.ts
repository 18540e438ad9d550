import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { UnavailableReason } from '#vlm/review.ts';

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

/** How a question ended, as the breakers see it. */
type Ending = 'good' | 'no-answer' | 'no-meaning';

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

/** Keeps questions from a server that does not answer, and from one whose answers mean nothing. */
export interface Breakers {
  /** Runs a question; null where a breaker is open, then nothing is asked. */
  readonly run: <Result>(
    ask: () => Promise<Result>,
    reasonOf: (result: Result) => UnavailableReason | null,
  ) => Promise<Result | null>;
  readonly state: () => { readonly transport: BreakerState; readonly meaning: BreakerState };
}

interface Ended {
  readonly ending: Ending;
}

/** Two breakers around one server: a dead network and a bad model are different news. Half open, one question goes through. */
export function createBreakers(limits: BreakerLimits): Breakers {
  const halfOpenAfter = limits.halfOpenAfterMs;
  const { meaningShare: threshold, meaningAmong: size } = limits;
  const endedAs = (...bad: readonly Ending[]) => handleWhenResult((result) => bad.includes((result as Ended).ending));
  const transport = circuitBreaker(endedAs('no-answer'), {
    halfOpenAfter,
    breaker: new ConsecutiveBreaker(limits.transportInARow),
  });
  // No answer proves nothing about meaning: a half-open breaker must not close on it. Closed, it is kept from counting.
  const meaning = circuitBreaker(endedAs('no-meaning', 'no-answer'), {
    halfOpenAfter,
    breaker: new CountBreaker({ threshold, size }),
  });
  return {
    run: async (ask, reasonOf) => {
      // The library lets others wait for the one question of a half-open breaker; a line cannot wait.
      if ([transport, meaning].some((breaker) => breaker.state === CircuitState.HalfOpen)) return null;
      const ended = async (): Promise<Ended & { readonly result: Awaited<ReturnType<typeof ask>> }> => {
        const result = await ask();
        const reason = reasonOf(result);
        return { result, ending: reason === null ? 'good' : (endings[reason] ?? 'good') };
      };
      try {
        const outcome = await meaning.execute(async () => {
          const inner = await transport.execute(ended);
          if (inner.ending === 'no-answer' && meaning.state !== CircuitState.HalfOpen) throw new Unproven(inner.result);
          return inner;
        });
        return outcome.result;
      } catch (error) {
        if (error instanceof Unproven) return error.result as Awaited<ReturnType<typeof ask>>;
        if (error instanceof BrokenCircuitError) return null;
        throw error;
      }
    },
    state: () => ({ transport: stateOf(transport), meaning: stateOf(meaning) }),
  };
}

/** Carries a result past a breaker that shall not count it. */
class Unproven extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super('no answer, so nothing is known of its meaning');
    this.result = result;
  }
}

function stateOf(breaker: CircuitBreakerPolicy): BreakerState {
  return breaker.state === CircuitState.Closed ? 'closed' : 'open';
}
