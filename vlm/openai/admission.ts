/** How many questions may be under way at once, and wait beyond them. */
export interface Room {
  readonly atOnce: number;
  readonly waiting: number;
}

/** What decides about admission. */
export interface Ticket {
  /** Of the detection or candidate; the higher go first. One that is no number goes before all. */
  readonly score: number;
  /** Aborts when the time for the question is over. */
  readonly deadline: AbortSignal;
  /** Time left at most, in ms. */
  readonly leftMs: number;
}

/** Why a question was not put: no time was left for it by experience, the queue was full of better ones, time ran out. */
export type TurnedAway = 'not-admitted' | 'queue-full' | 'timeout';

/** Lets questions through to the server, as many at once as it is to have of this client. */
export interface Admission {
  readonly run: <Outcome>(ticket: Ticket, work: () => Promise<Outcome>) => Promise<Outcome | TurnedAway>;
}

interface Waiting {
  readonly score: number;
  readonly go: (answer: 'go' | TurnedAway) => void;
}

// A step of this share towards each new measurement: one slow answer is no experience.
const learning = 0.2;

/**
 * A bounded queue, the highest score first, and among equals the oldest. A full one turns away the lowest score, be it a
 * newcomer's or not. What could not be answered in the time left, by how long answers took so far, is not admitted, so
 * that the server works only on what can still count; with nothing under way one is always tried, or nothing would be learned.
 */
export function createAdmission({ atOnce, waiting }: Room, nowMs: () => number): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  let usualMs: number | null = null;

  const hopeless = (leftMs: number, ahead: number): boolean =>
    running > 0 && usualMs !== null && usualMs * Math.ceil((ahead + 1) / atOnce) > leftMs;

  const enter = (score: number, { deadline, leftMs }: Ticket): Promise<'go' | TurnedAway> => {
    if (running < atOnce && queue.length === 0) {
      if (hopeless(leftMs, 0)) return Promise.resolve('not-admitted');
      running += 1;
      return Promise.resolve('go');
    }
    const place = placeOf(queue, score);
    if (hopeless(leftMs, running + place)) return Promise.resolve('not-admitted');
    if (place >= waiting) return Promise.resolve('queue-full');
    return new Promise((resolve) => {
      const mine: Waiting = {
        score,
        go: (answer) => {
          deadline.removeEventListener('abort', late);
          resolve(answer);
        },
      };
      const late = (): void => {
        queue.splice(queue.indexOf(mine), 1);
        resolve('timeout');
      };
      deadline.addEventListener('abort', late, { once: true });
      queue.splice(place, 0, mine);
      if (queue.length > waiting) queue.pop()?.go('queue-full');
    });
  };

  const leave = (tookMs: number): void => {
    usualMs = usualMs === null ? tookMs : usualMs + learning * (tookMs - usualMs);
    const next = queue.shift();
    if (next) next.go('go');
    else running -= 1;
  };

  return {
    run: async (ticket, work) => {
      if (ticket.deadline.aborted) return 'timeout';
      const answer = await enter(Number.isNaN(ticket.score) ? Infinity : ticket.score, ticket);
      if (answer !== 'go') return answer;
      const startedMs = nowMs();
      try {
        return await work();
      } finally {
        leave(nowMs() - startedMs);
      }
    },
  };
}

function placeOf(queue: readonly Waiting[], score: number): number {
  const behind = queue.findIndex((other) => other.score < score);
  return behind < 0 ? queue.length : behind;
}
