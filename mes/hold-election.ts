import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Log } from '#host/log.ts';
import type { Database } from '#store/database.ts';

export interface ElectionOptions {
  readonly database: Database;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Pause between two tries, and between two looks whether the lock is still held. */
  readonly pollMs: number;
}

/**
 * Runs `work` in one process of the plant only: the one that holds a lock of the database, on a connection of its own.
 * Others wait. The lock goes with the connection, so a process that is killed gives it up; `work` is told by its signal
 * when the connection is lost. The embedded database has one session for all and elects everybody.
 */
export async function holdElection(
  { database, log, stop, pollMs }: ElectionOptions,
  work: (elected: AbortSignal) => Promise<void>,
): Promise<void> {
  await database.connection().execute(async (connection) => {
    // A host that vanishes does not close its connection: the server asks whether it still lives.
    await sql`select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
      set_config('tcp_keepalives_count', '3', false)`.execute(connection);
    let told = false;
    while (!(await tryLock(connection))) {
      if (!told) log.info('another process sends the reports; waiting');
      told = true;
      await sleep(pollMs, undefined, { signal: stop });
    }
    if (stop.aborted) return unlock(connection, log);
    if (told) log.info('this process sends the reports now');
    const over = new AbortController();
    const watch = watchLock(connection, over, pollMs);
    try {
      await work(AbortSignal.any([stop, over.signal]));
    } finally {
      over.abort();
      await watch;
      await unlock(connection, log);
    }
  });
}

async function tryLock(connection: Database): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(4846251, 3) as held`.execute(connection);
  return rows[0]?.held ?? false;
}

async function watchLock(connection: Database, over: AbortController, pollMs: number): Promise<void> {
  while (!over.signal.aborted) {
    try {
      await sql`select 1`.execute(connection);
      await sleep(pollMs, undefined, { signal: over.signal });
    } catch (error) {
      over.abort(error);
    }
  }
}

async function unlock(connection: Database, log: Log): Promise<void> {
  try {
    await sql`select pg_advisory_unlock(4846251, 3)`.execute(connection);
  } catch (error) {
    // The connection is gone, and the lock with it.
    log.debug({ err: error }, 'lock not given back');
  }
}
