import { Worker } from 'node:worker_threads';
import { FaultError } from '#host/fault.ts';
import { faultOf } from '#host/plain-fault.ts';
import type { FromDetectorThread, ToDetectorThread } from '#detector/threads/messages.ts';

type Asked = Extract<ToDetectorThread, { id: number }>;
type Question = Asked extends infer One ? (One extends Asked ? Omit<One, 'id'> : never) : never;

/** A thread that answers questions, and how many it has not answered yet. */
export interface DetectorThread {
  readonly waiting: () => number;
  /** Resolves with the answer. @throws FaultError for what the thread refused or where it ended, Error where it failed. */
  ask(question: Question, signal?: AbortSignal): Promise<FromDetectorThread>;
  tell(message: Extract<ToDetectorThread, { kind: 'forget' }>): void;
  end(): Promise<void>;
}

export interface DetectorThreadOptions {
  readonly script: URL;
  /** A question that is cancelled is answered within this time, or the thread hangs and is ended. */
  readonly patienceMs: number;
  /** Told when the thread ended by itself or hung. */
  readonly ended: (fault: FaultError) => void;
}

interface Waiting extends PromiseWithResolvers<FromDetectorThread> {
  isCancelled: boolean;
}

/** Starts a thread. */
export function startDetectorThread({ script, patienceMs, ended }: DetectorThreadOptions): DetectorThread {
  const worker = new Worker(script);
  const open = new Map<number, Waiting>();
  let next = 0;
  let ending = false;
  const post = (message: ToDetectorThread): void => worker.postMessage(message);
  const fail = (why: string, cause?: unknown): void => {
    const fault = endedFault(why, script, cause);
    for (const { reject } of open.values()) reject(fault);
    open.clear();
    watchdog.look(false);
    if (!ending) ended(fault);
    ending = true;
  };
  const watchdog = createWatchdog(patienceMs, () => {
    fail(`the detector thread did not answer for ${patienceMs} ms and was ended`);
    void worker.terminate();
  });
  // The oldest question is the one that is worked on: once nobody wants its answer it is over within one window.
  const isOverdue = (): boolean => open.values().next().value?.isCancelled ?? false;
  worker.on('message', (message: FromDetectorThread) => {
    const asked = open.get(message.id);
    open.delete(message.id);
    watchdog.look(false);
    watchdog.look(isOverdue());
    if (message.kind === 'refused') asked?.reject(faultOf(message.fault));
    else if (message.kind === 'failed') asked?.reject(new Error(message.message));
    else asked?.resolve(message);
  });
  worker.on('error', (error) => fail('the detector thread ended by an error', error));
  worker.on('messageerror', (error) => fail('the detector thread ended by a message that nobody reads', error));
  worker.on('exit', (code) => fail(`the detector thread ended with code ${code}`));
  return {
    waiting: () => open.size,
    async ask(question, signal) {
      signal?.throwIfAborted();
      if (ending) throw endedFault('the detector thread has ended', script);
      const id = next++;
      const asked = { ...Promise.withResolvers<FromDetectorThread>(), isCancelled: false };
      post({ ...question, id } as Asked);
      open.set(id, asked);
      const cancel = (): void => {
        post({ kind: 'cancel', id });
        asked.isCancelled = true;
        watchdog.look(isOverdue());
        asked.reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      return asked.promise.finally(() => signal?.removeEventListener('abort', cancel));
    },
    tell: post,
    async end() {
      ending = true;
      watchdog.look(false);
      await worker.terminate();
    },
  };
}

function endedFault(why: string, script: URL, cause?: unknown): FaultError {
  return new FaultError('DETECTOR_ENDED', why, {
    place: script.pathname,
    wayOut: 'It is started again by itself; look at memory and at the log if it ends more than once.',
    cause,
  });
}

/** Bites when it was told to look for `patienceMs` without a pause. */
function createWatchdog(patienceMs: number, bite: () => void): { readonly look: (isOverdue: boolean) => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    look: (isOverdue) => {
      if (isOverdue) timer ??= setTimeout(bite, patienceMs);
      else {
        clearTimeout(timer);
        timer = undefined;
      }
    },
  };
}
