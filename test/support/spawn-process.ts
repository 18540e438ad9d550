import { spawn, type ChildProcess } from 'node:child_process';

/** A process of Hairline on its own. */
export interface SpawnedProcess extends AsyncDisposable {
  /** Facts of its `ready`; rejects with what it said when it ends before. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly said: () => string;
  readonly pid: () => number | undefined;
  readonly send: (message: object) => void;
  /** Ends it with SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Kills it, starts it again and waits until it is ready. */
  readonly restart: () => Promise<void>;
}

/** Starts `node flags script args`. Settings of the test's own environment that begin with HAIRLINE_ are not handed on. */
export function spawnProcess(
  script: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): SpawnedProcess {
  let said = '';
  let child: ChildProcess;
  const launch = (): Promise<Readonly<Record<string, unknown>>> => {
    const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('HAIRLINE_'));
    const started = spawn(process.execPath, [...nodeFlags, script, ...args], {
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child = started;
    started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    started.on('message', (message: { kind: string; facts?: Record<string, unknown> }) => {
      if (message.kind === 'ready') resolve(message.facts ?? {});
    });
    started.once('exit', () => reject(new Error(`${script} ended before it was ready:\n${said}`)));
    // A test that does not wait for it shall not fail for it.
    promise.catch(() => undefined);
    return promise;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };
  const ready = launch();
  return {
    ready,
    said: () => said,
    pid: () => child.pid,
    send: (message) => void (child.connected && child.send(message)),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      await launch();
    },
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
