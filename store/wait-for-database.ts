import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Log } from '#host/log.ts';
import type { Database } from '#store/database.ts';
import { isConnectionError } from '#store/migrate.ts';

export interface WaitOptions {
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Shown in the log; without its password. */
  readonly url: string;
  /** Called once where the database has not answered for `patienceMs`; waiting goes on. */
  readonly late?: () => void;
  readonly patienceMs?: number;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Runs `work` until it succeeds: an error of the connection is tried again after a growing pause for as long as it
 * takes, any other error is thrown.
 */
export async function retryWhileUnreachable<Result>(
  work: () => Promise<Result>,
  { log, stop, url, late, patienceMs = 10_000 }: WaitOptions,
): Promise<Result> {
  const startedAt = performance.now();
  let told = false;
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
      if (!told && waitedMs >= patienceMs) {
        told = true;
        late?.();
      }
    }
    await sleep(pauseMs, undefined, { signal: stop });
  }
}

/** Waits until the database answers a question at all. */
export async function waitForDatabase(database: Database, options: WaitOptions): Promise<void> {
  await retryWhileUnreachable(() => sql`select 1`.execute(database), options);
}

/** A URL as it may be shown: its password is left out. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
