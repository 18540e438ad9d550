import { abortable } from '#host/abortable.ts';

/** Counts what may still be sent before the receiver has taken something. For one sender. */
export interface Credit {
  /** Waits until there is some, and uses one. */
  take(signal: AbortSignal): Promise<void>;
  give(): void;
}

export function createCredit(amount: number): Credit {
  let left = amount;
  let given = Promise.withResolvers<void>();
  return {
    take: async (signal) => {
      while (left === 0) {
        given = Promise.withResolvers();
        await abortable(given.promise, signal);
      }
      left -= 1;
    },
    give: () => {
      left += 1;
      given.resolve();
    },
  };
}
