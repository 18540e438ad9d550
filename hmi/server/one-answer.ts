/** A question that many pages ask at one time. */
export interface OneAnswer<Answer> {
  readonly ask: () => Promise<Answer>;
  /** The next who asks gets an answer made after this. */
  readonly forget: () => void;
}

export interface OneAnswerOptions {
  /** How long after it was made an answer still serves, in ms; 0: only those who asked meanwhile. */
  readonly keptMs: number;
  /** Milliseconds of a clock that only goes on. */
  readonly clock: () => number;
}

/** Asks once and answers all: fifty pages cost the database and the edge nodes what one costs. A fault is not kept. */
export function oneAnswer<Answer>(make: () => Promise<Answer>, { keptMs, clock }: OneAnswerOptions): OneAnswer<Answer> {
  let held: { readonly answer: Promise<Answer>; madeAt: number | null } | null = null;
  return {
    ask: () => {
      if (held !== null && (held.madeAt === null || clock() - held.madeAt < keptMs)) return held.answer;
      const own: NonNullable<typeof held> = { answer: make(), madeAt: null };
      held = own;
      own.answer.then(
        () => (own.madeAt = clock()),
        () => {
          if (held === own) held = null;
        },
      );
      return own.answer;
    },
    forget: () => {
      held = null;
    },
  };
}
