import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultError } from '#host/fault.ts';

/** One process of the line. */
export interface ChildSpec {
  readonly name: string;
  /** Script below the project's root, e.g. `edge/main.ts`. */
  readonly script: string;
  readonly args: readonly string[];
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where its standard error goes, appended. */
  readonly logFile: string;
}

/** What the supervisor hears of its children. */
export interface ChildHooks {
  readonly message: (name: string, message: ChildMessage) => void;
  readonly ended: (name: string, exit: string) => void;
  /** The process serves again. */
  readonly servesAgain: (name: string) => void;
}

/** A message of a child other than `ready`. */
export type ChildMessage = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface Child extends AsyncDisposable {
  readonly name: string;
  /** What the process told when it was ready: ports and URLs. Of its latest start. */
  readonly facts: () => Readonly<Record<string, unknown>>;
  readonly pid: () => number | undefined;
  readonly send: (message: ChildMessage) => void;
}

interface Running {
  process: ChildProcess;
  facts: Readonly<Record<string, unknown>>;
  stopping: boolean;
}

// A process that has to be killed has something to say in its log; until then it may finish what it holds.
const patienceMs = 15_000;

/**
 * Starts a process and waits until it says that it is ready. A process that dies later is started again after a
 * growing pause: the line goes on, and what was in flight is settled by the process itself from its disk.
 * @throws FaultError or Error with the child's own line if it ends before it is ready.
 */
export async function startChild(spec: ChildSpec, hooks: ChildHooks): Promise<Child> {
  const running: Running = { process: launch(spec), facts: {}, stopping: false };
  running.facts = await untilReady(spec, running.process, hooks);
  watch(spec, running, hooks);
  return {
    name: spec.name,
    facts: () => running.facts,
    pid: () => running.process.pid,
    send: (message) => void (running.process.connected && running.process.send(message)),
    [Symbol.asyncDispose]: async () => {
      running.stopping = true;
      await end(running.process);
    },
  };
}

function launch(spec: ChildSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a');
  try {
    // A group of its own: Ctrl-C reaches the supervisor alone, which then stops the line in its order.
    return spawn(process.execPath, [...(spec.nodeFlags ?? []), spec.script, ...spec.args], {
      detached: true,
      env: { ...process.env, ...spec.environment },
      stdio: ['ignore', 'ignore', log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

async function untilReady(spec: ChildSpec, child: ChildProcess, hooks: ChildHooks): Promise<ChildMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<ChildMessage>();
  let lastWords = '';
  child.on('message', (message: ChildMessage & { facts?: ChildMessage; line?: string }) => {
    if (message.kind === 'ready') resolve(message.facts ?? message);
    else if (message.kind === 'fault') lastWords = message.line ?? '';
    else hooks.message(spec.name, message);
  });
  child.once('error', reject);
  child.once('exit', (code, signal) => reject(earlyEnd(spec, lastWords, signal ?? `exit code ${code}`)));
  return promise;
}

function earlyEnd(spec: ChildSpec, lastWords: string, exit: string): FaultError {
  return new FaultError('PROCESS_ENDED', lastWords || `${spec.name} ended before it was ready (${exit})`, {
    place: spec.name,
    wayOut: `Its log tells more: ${spec.logFile}.`,
  });
}

function watch(spec: ChildSpec, running: Running, hooks: ChildHooks): void {
  running.process.once('exit', (code, signal) => {
    if (running.stopping) return;
    hooks.ended(spec.name, signal ?? `exit code ${code}`);
    void restart(spec, running, hooks, 250);
  });
}

async function restart(spec: ChildSpec, running: Running, hooks: ChildHooks, pauseMs: number): Promise<void> {
  await sleep(pauseMs);
  if (running.stopping) return;
  running.process = launch(spec);
  try {
    running.facts = await untilReady(spec, running.process, hooks);
    watch(spec, running, hooks);
    hooks.servesAgain(spec.name);
  } catch (error) {
    hooks.ended(spec.name, error instanceof Error ? error.message : String(error));
    await restart(spec, running, hooks, Math.min(pauseMs * 2, 10_000));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(timer);
}
