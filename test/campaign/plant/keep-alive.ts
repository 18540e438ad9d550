import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A process that is started again whenever it ends, as a service manager does it. */
export interface KeptProcess extends AsyncDisposable {
  readonly kill: () => void;
  readonly send: (message: object) => void;
  readonly starts: () => number;
  /** The last message of its present life. */
  readonly last: () => Readonly<Record<string, unknown>>;
}

export interface KeptOptions {
  readonly script: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly onReady?: (send: (message: object) => void) => void;
}

const restartAfterMs = 100;

export function keepAlive({ script, args = [], environment = {}, logFile, onReady }: KeptOptions): KeptProcess {
  let ending = false;
  let starts = 0;
  let last: Record<string, unknown> = {};
  let child: ChildProcess;
  const send = (message: object): void => void (child.connected && child.send(message));
  const launch = (): void => {
    starts += 1;
    last = {};
    const log = openSync(logFile, 'a');
    const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('HAIRLINE_'));
    child = spawn(process.execPath, [script, ...args], {
      env: {
        ...Object.fromEntries(inherited),
        HAIRLINE_LOG_LEVEL: 'warn',
        // Some thousand starts, of which all but the first need not read TypeScript again.
        NODE_COMPILE_CACHE: join(dirname(logFile), 'compiled'),
        ...environment,
      },
      stdio: ['ignore', 'ignore', log, 'ipc'],
    });
    closeSync(log);
    child.on('message', (message: Record<string, unknown>) => {
      if (message['kind'] === 'ready') onReady?.(send);
      else last = message;
    });
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (!ending) setTimeout(launch, restartAfterMs);
    });
  };
  launch();
  return {
    kill: () => void child.kill('SIGKILL'),
    send,
    starts: () => starts,
    last: () => last,
    [Symbol.asyncDispose]: async () => {
      ending = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
