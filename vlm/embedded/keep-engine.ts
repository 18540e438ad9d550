import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import type { Log } from '#host/log.ts';
import type { EngineAnswer, EngineQuestion, FromEngine, ToEngine } from '#vlm/embedded/engine-messages.ts';
import { loadManifest } from '#vlm/embedded/load-manifest.ts';

/** What became of a question to the engine. */
export type EngineOutcome =
  | { readonly kind: 'answered'; readonly answer: EngineAnswer }
  | { readonly kind: 'failed'; readonly detail: string };

/** The engine in its process, started again whenever it ends. */
export interface KeptEngine extends AsyncDisposable {
  /**
   * One question at a time. Waits for a start under way, not for the pause after a failed one. A question that gets no
   * answer is asked once more, of a new engine.
   */
  readonly ask: (question: EngineQuestion, signal: AbortSignal) => Promise<EngineOutcome>;
  readonly pid: () => number | undefined;
}

export interface KeepOptions {
  readonly modelDir: string;
  readonly threads: number;
  /** An engine that has not answered by then hangs, and is ended. */
  readonly answerWithinMs: number;
  readonly log: Log;
  /** Hears of each answer. */
  readonly onAnswer?: ((answer: EngineAnswer) => void) | undefined;
  /** The script of the engine's process (default engine-main.ts). */
  readonly engineFile?: string;
}

const shippedEngineFile = join(import.meta.dirname, 'engine-main.ts');
const startWithinMs = 30_000;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
// A crash in native code says why on standard error, in its last lines.
const lastWordsChars = 2000;

interface Running {
  readonly child: ChildProcess;
  /** Answers of the child that somebody waits for. */
  readonly waiting: Map<number, (message: FromEngine | null) => void>;
  words: string;
}

interface State {
  running: Running | null;
  /** Settled when no start is under way. */
  starting: Promise<void>;
  stopped: boolean;
  number: number;
  /** Before the next start; grows until an answer is given. */
  pauseMs: number;
}

/**
 * Starts the engine's process and waits until the model is loaded. Digests are checked before every start.
 * @throws FaultError ENGINE_UNAVAILABLE, MODEL_MISSING, MODEL_MANIFEST_INVALID, MODEL_DIGEST_MISMATCH
 */
export async function keepEngine(options: KeepOptions): Promise<KeptEngine> {
  const state: State = {
    running: await start(options),
    starting: Promise.resolve(),
    stopped: false,
    number: 0,
    pauseMs: 0,
  };

  const watch = (): void => {
    state.running?.child.once('exit', (code, signal) => {
      const words = state.running?.words.trim().split('\n').at(-1);
      state.running = null;
      if (state.stopped) return;
      options.log.error(
        { exit: signal ?? code, words, pauseMs: state.pauseMs },
        'the engine ended; it is started again',
      );
      void comeBack();
    });
  };
  const comeBack = async (): Promise<void> => {
    const pauseMs = state.pauseMs;
    state.pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2));
    // Without a pause the start is under way before anybody else hears of the end, so a question can wait for it.
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
    if (state.stopped) return;
    const began = start(options).then((running) => {
      state.running = running;
      if (state.stopped) running.child.kill('SIGKILL');
      watch();
    });
    state.starting = began.catch(() => undefined);
    await began.catch((error: unknown) => {
      options.log.error({ err: error }, 'the engine did not start');
      return comeBack();
    });
  };
  watch();

  return {
    ask: async (question, signal) => {
      const first = await askOnce(state, question, signal, options);
      if (first.kind === 'answered' || signal.aborted) return first;
      // An engine that failed once fails for ever; the question itself is seldom the reason.
      if (state.running) await end(state.running.child);
      return askOnce(state, question, signal, options);
    },
    pid: () => state.running?.child.pid,
    [Symbol.asyncDispose]: async () => {
      state.stopped = true;
      await state.starting;
      if (state.running) await end(state.running.child);
    },
  };
}

async function askOnce(
  state: State,
  question: EngineQuestion,
  signal: AbortSignal,
  options: KeepOptions,
): Promise<EngineOutcome> {
  await state.starting;
  if (signal.aborted) return { kind: 'failed', detail: 'the client left' };
  if (!state.running) return { kind: 'failed', detail: 'the engine is started again' };
  state.number += 1;
  const outcome = await askRunning(state.running, { number: state.number, question }, signal, options);
  if (outcome.kind === 'answered') {
    state.pauseMs = 0;
    options.onAnswer?.(outcome.answer);
  }
  return outcome;
}

async function askRunning(
  running: Running,
  { number, question }: { readonly number: number; readonly question: EngineQuestion },
  signal: AbortSignal,
  { answerWithinMs, log }: KeepOptions,
): Promise<EngineOutcome> {
  const { child } = running;
  const stop = (): void => say(child, { kind: 'stop', number });
  signal.addEventListener('abort', stop, { once: true });
  const watchdog = setTimeout(() => {
    log.error({ answerWithinMs }, 'the engine hangs; it is ended');
    child.kill('SIGKILL');
  }, answerWithinMs);
  try {
    const message = await reply(running, number, { kind: 'ask', number, question });
    if (message?.kind === 'answered') return { kind: 'answered', answer: message.answer };
    const detail = message?.kind === 'failed' ? message.detail : 'the engine ended in mid-answer';
    log.error({ detail }, 'a question got no answer');
    return { kind: 'failed', detail };
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', stop);
  }
}

async function start({ modelDir, threads, engineFile = shippedEngineFile }: KeepOptions): Promise<Running> {
  const { languageFile, visionFile } = await loadManifest(modelDir);
  const child = fork(engineFile, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    // What pool-gate.ts asks for.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  const running: Running = { child, waiting: new Map(), words: '' };
  child.stderr?.on('data', (bytes: Buffer) => {
    running.words = (running.words + bytes.toString('utf8')).slice(-lastWordsChars);
  });
  child.on('message', (message: FromEngine) => {
    const number = message.kind === 'loaded' ? 0 : (message.number ?? 0);
    running.waiting.get(number)?.(message);
  });
  const gone = (): void => running.waiting.forEach((answer) => answer(null));
  child.once('error', gone);
  child.once('exit', gone);
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs);
  const message = await reply(running, 0, { kind: 'load', languageFile, visionFile, threads });
  clearTimeout(timer);
  if (message?.kind === 'loaded') return running;
  child.kill('SIGKILL');
  throw unavailable(
    message?.kind === 'failed' ? message.detail : `it ended while loading: ${running.words.slice(-300)}`,
  );
}

/** The message that answers one of ours; null where the process ended instead. */
function reply({ child, waiting }: Running, number: number, message: ToEngine): Promise<FromEngine | null> {
  return new Promise((resolve) => {
    waiting.set(number, (answer) => {
      waiting.delete(number);
      resolve(answer);
    });
    if (child.exitCode !== null || child.signalCode !== null) waiting.get(number)?.(null);
    else say(child, message);
  });
}

/** A process that dies meanwhile is heard of by its exit. */
function say(child: ChildProcess, message: ToEngine): void {
  if (child.connected) child.send(message, () => undefined);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function unavailable(detail: string): FaultError {
  return new FaultError('ENGINE_UNAVAILABLE', `the embedded reviewer cannot run here: ${detail}`, {
    place: '@fugood/llama.node',
    wayOut:
      'It needs glibc 2.34 or newer and libgomp (Debian: apt-get install libgomp1); or set HAIRLINE_VLM_BASE_URL to a reviewer server.',
  });
}
