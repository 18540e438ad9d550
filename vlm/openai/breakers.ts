import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
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

/** How a question ended, as the breakers see it. */
type Ending = 'good' | 'unsent' | 'no-answer' | 'no-meaning';

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

function endingOf(review: Review): Ending {
  if (review.kind === 'answered') return 'good';
  return review.record === null ? 'unsent' : (endings[review.reason] ?? 'good');
}

/** Keeps questions from a server that does not answer, and from one whose answers mean nothing. */
export interface Breakers {
  /** Runs a question; null where a breaker is open, then nothing is asked. */
  readonly run: (ask: () => Promise<Reviewed>) => Promise<Reviewed | null>;
  readonly state: () => { readonly transport: BreakerState; readonly meaning: BreakerState };
}

interface Ended {
  readonly ending: Ending;
  /** What the question came to; throws what it threw. */
  readonly tell: () => Reviewed | null;
}

/** Two breakers around one server: a dead network and a bad model are different news. Half open, one question goes through. */
export function createBreakers(limits: BreakerLimits): Breakers {
  const halfOpenAfter = limits.halfOpenAfterMs;
  const { meaningShare: threshold, meaningAmong: size } = limits;
  const endedAs = (...bad: readonly Ending[]) => handleWhenResult((result) => bad.includes((result as Ended).ending));
  // What proves nothing must not close a half-open breaker, so it counts as bad there; closed, it is kept from counting.
  const transport = circuitBreaker(endedAs('no-answer', 'unsent'), {
    halfOpenAfter,
    breaker: new ConsecutiveBreaker(limits.transportInARow),
  });
  const meaning = circuitBreaker(endedAs('no-meaning', 'no-answer', 'unsent'), {
    halfOpenAfter,
    breaker: new CountBreaker({ threshold, size }),
  });
  return {
    run: async (ask) => {
      // The library lets others wait for the one question of a half-open breaker; a line cannot wait.
      if ([transport, meaning].some(isHalfOpen)) return null;
      const asked = async (): Promise<Ended> => unlessUnproven(await endedOf(ask), transport, ['unsent']);
      try {
        const ended = await meaning.execute(async () =>
          unlessUnproven(await transport.execute(asked).catch(unproven), meaning, ['unsent', 'no-answer']),
        );
        return ended.tell();
      } catch (error) {
        return unproven(error).tell();
      }
    },
    state: () => ({ transport: stateOf(transport), meaning: stateOf(meaning) }),
  };
}

async function endedOf(ask: () => Promise<Reviewed>): Promise<Ended> {
  try {
    const reviewed = await ask();
    return { ending: endingOf(reviewed.review), tell: () => reviewed };
  } catch (error) {
    const tell = (): never => {
      throw error;
    };
    return { ending: 'unsent', tell };
  }
}

/** Passes an ending on, but past a breaker that is not half open and for which it proves nothing. */
function unlessUnproven(ended: Ended, breaker: CircuitBreakerPolicy, unprovenBy: readonly Ending[]): Ended {
  if (unprovenBy.includes(ended.ending) && !isHalfOpen(breaker)) throw new Unproven(ended);
  return ended;
}

/** Carries an ending past a breaker that shall not count it. */
class Unproven extends Error {
  readonly ended: Ended;

  constructor(ended: Ended) {
    super('nothing is proven');
    this.ended = ended;
  }
}

/** The ending of a question that a breaker let past or turned away. A half-open breaker takes any throw for a success. */
function unproven(error: unknown): Ended {
  if (error instanceof Unproven) return error.ended;
  if (error instanceof BrokenCircuitError) return { ending: 'unsent', tell: () => null };
  throw error;
}

function isHalfOpen(breaker: CircuitBreakerPolicy): boolean {
  return breaker.state === CircuitState.HalfOpen;
}

function stateOf(breaker: CircuitBreakerPolicy): BreakerState {
  return breaker.state === CircuitState.Closed ? 'closed' : 'open';
}
