import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, read, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Holds back what is queued for the pool of threads of this process, which must have one thread only
 * (UV_THREADPOOL_SIZE=1), until it is all set up.
 *
 * The engine's library queues a completion first and notes afterwards that one is under way and how its end is heard of.
 * On a busy machine the completion has ended by then: its end is never heard of, and the library takes itself to be busy
 * for ever ("Another completion is in progress"). Behind a read that waits for a byte it cannot begin too early.
 */
export interface PoolGate {
  /** Calls `queue`, and lets what it queued begin once all is said that `queue` says at once. */
  readonly hold: <Result>(queue: () => Promise<Result>) => Promise<Result>;
}

/** A gate made of a named pipe; open for ever where the system has none. */
export function createPoolGate(): PoolGate {
  const pipe = openPipe();
  if (pipe === null) return { hold: (queue) => queue() };
  const byte = Buffer.alloc(1);
  return {
    hold: (queue) => {
      read(pipe, byte, 0, 1, null, () => undefined);
      setImmediate(() => writeSync(pipe, byte));
      return queue();
    },
  };
}

/** Both ends of a pipe that has no name any more. */
function openPipe(): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'hairline-gate-'));
  try {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path], { stdio: 'ignore' });
    return openSync(path, 'r+');
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
