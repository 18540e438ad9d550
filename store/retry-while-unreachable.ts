import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';
import { isConnectionError } from '#store/connection-error.ts';

export interface WaitOptions {
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Shown in the log; without its password. */
  readonly url: string;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Runs `work` until it succeeds: an error of the connection is tried again after a growing pause for as long as it
 * takes, any other error is thrown.
 */
export async function retryWhileUnreachable<Result>(
  work: () => Promise<Result>,
  { log, stop, url }: WaitOptions,
): Promise<Result> {
  const startedAt = performance.now();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      stop.throwIfAborted();
      if (!isConnectionError(error)) throw error;
      const waitedMs = Math.round(performance.now() - startedAt);
      log.warn(
        { code: 'DATABASE_UNREACHABLE', place: withoutPassword(url), waitedMs, err: error },
        'the database does not answer; trying again',
      );
    }
    await sleep(pauseMs, undefined, { signal: stop });
  }
}
