import { Worker } from 'node:worker_threads';
import { faultOf } from '#host/plain-fault.ts';
import type { FromDetectorThread, ToDetectorThread } from '#detector/threads/messages.ts';

type Asked = Extract<ToDetectorThread, { id: number }>;
type Question = Asked extends infer One ? (One extends Asked ? Omit<One, 'id'> : never) : never;

/** A thread that answers questions, and how many it has not answered yet. */
export interface DetectorThread {
  readonly waiting: () => number;
  /** Resolves with the answer. @throws FaultError for what the thread refused, Error where it failed or ended. */
  ask(question: Question, signal?: AbortSignal): Promise<FromDetectorThread>;
  tell(message: Extract<ToDetectorThread, { kind: 'forget' }>): void;
  end(): Promise<void>;
}

/** Starts a thread that runs `script`; `ended` is told when it ends by itself. */
export function startDetectorThread(script: URL, ended: () => void): DetectorThread {
  const worker = new Worker(script);
  const open = new Map<number, PromiseWithResolvers<FromDetectorThread>>();
  let next = 0;
  let ending = false;
  const post = (message: ToDetectorThread): void => worker.postMessage(message);
  worker.on('message', (message: FromDetectorThread) => {
    const asked = open.get(message.id);
    open.delete(message.id);
    if (message.kind === 'refused') asked?.reject(faultOf(message.fault));
    else if (message.kind === 'failed') asked?.reject(new Error(message.message));
    else asked?.resolve(message);
  });
  const fail = (why: Error): void => {
    for (const { reject } of open.values()) reject(why);
    open.clear();
    if (!ending) ended();
    ending = true;
  };
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', (code) => fail(new Error(`the detector thread ended with code ${code}`)));
  return {
    waiting: () => open.size,
    async ask(question, signal) {
      signal?.throwIfAborted();
      if (ending) throw new Error('the detector thread has ended');
      const id = next++;
      const asked = Promise.withResolvers<FromDetectorThread>();
      post({ ...question, id } as Asked);
      open.set(id, asked);
      const cancel = (): void => {
        post({ kind: 'cancel', id });
        asked.reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      return asked.promise.finally(() => signal?.removeEventListener('abort', cancel));
    },
    tell: post,
    async end() {
      ending = true;
      await worker.terminate();
    },
  };
}
