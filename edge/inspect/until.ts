/** What came of work with a deadline. `late`: the signal came first; the work's own end is told to `onLate`. */
export type Timely<Result> =
  | { readonly kind: 'done'; readonly value: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/**
 * Waits for work until the signal aborts, whether or not the work itself listens to the signal. What comes later goes
 * to `onLate` (to be recorded) and changes nothing.
 */
export async function until<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
  onLate: (late: Timely<Result>) => void,
): Promise<Timely<Result>> {
  let over = false;
  const settled = work.then(
    (value): Timely<Result> => ({ kind: 'done', value }),
    (error: unknown): Timely<Result> => ({ kind: 'failed', error }),
  );
  const done = settled.then((result) => {
    if (over) onLate(result);
    return result;
  });
  const aborted = Promise.withResolvers<Timely<Result>>();
  const abort = (): void => {
    over = true;
    aborted.resolve({ kind: 'late' });
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([done, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
