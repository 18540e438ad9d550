/** What is kept, and how much of it. */
export interface KeepOptions<Answer> {
  readonly bytesAtMost: number;
  /** null: not kept, e.g. an image that cannot be had now and may be had later. */
  readonly bytesOf: (answer: Answer) => number | null;
}

/** Answers what is kept under the key, else what `make` makes. */
export type Keep<Answer> = (key: string, make: () => Promise<Answer>) => Promise<Answer>;

/** Remembers what was made, the last used, up to so many bytes; who asks while it is made waits for the same. */
export function keepLast<Answer>({ bytesAtMost, bytesOf }: KeepOptions<Answer>): Keep<Answer> {
  const made = new Map<string, { readonly answer: Answer; readonly size: number }>();
  const making = new Map<string, Promise<Answer>>();
  let bytes = 0;
  const keep = (key: string, answer: Answer): void => {
    const size = bytesOf(answer);
    if (size === null || size > bytesAtMost) return;
    made.set(key, { answer, size });
    bytes += size;
    for (const [oldest, { size: freed }] of made) {
      if (bytes <= bytesAtMost || oldest === key) break;
      made.delete(oldest);
      bytes -= freed;
    }
  };
  return (key, make) => {
    const known = made.get(key);
    if (known) {
      // Last in the order of insertion is last used.
      made.delete(key);
      made.set(key, known);
      return Promise.resolve(known.answer);
    }
    const begun = making.get(key);
    if (begun) return begun;
    const promise = make()
      .then((answer) => {
        keep(key, answer);
        return answer;
      })
      .finally(() => making.delete(key));
    making.set(key, promise);
    return promise;
  };
}
