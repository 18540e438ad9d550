import { describeFault, FaultError } from '#host/fault.ts';
import { createLog, type Log } from '#host/log.ts';

/** What a process body gets: everything it opens goes on the stack, every await listens to the signal. */
export interface ProcessContext {
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly stack: AsyncDisposableStack;
  /** Tells the parent that the process serves, with what others need to know (ports, URLs). */
  readonly ready: (facts: Readonly<Record<string, unknown>>) => void;
}

/**
 * Runs a process until it is told to stop: SIGTERM, SIGINT, or the parent's death. The body opens, wires and returns;
 * then the process serves until the stop signal, and everything on the stack is closed in reverse.
 * A fault ends the process with one line a person can act on, and exit code 1.
 */
export async function runProcess(component: string, body: (context: ProcessContext) => Promise<void>): Promise<void> {
  const log = createLog(component, process.env['HAIRLINE_LOG_LEVEL'] ?? 'info');
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, stop);
  try {
    await using stack = new AsyncDisposableStack();
    await body({ log, stop: stopper.signal, stack, ready: (facts) => void process.send?.({ kind: 'ready', facts }) });
    if (!stopper.signal.aborted)
      await new Promise((resolve) => stopper.signal.addEventListener('abort', resolve, { once: true }));
  } catch (error) {
    reportFatal(log, error, stopper.signal);
  }
  if (process.connected) process.disconnect();
  process.exit();
}

function reportFatal(log: Log, error: unknown, stop: AbortSignal): void {
  if (stop.aborted && isAbort(error)) return;
  process.exitCode = 1;
  if (error instanceof FaultError) {
    process.send?.({ kind: 'fault', line: describeFault(error) });
    log.fatal({ code: error.code, place: error.place, wayOut: error.wayOut, err: error.cause }, error.message);
  } else {
    process.send?.({ kind: 'fault', line: String(error) });
    log.fatal({ err: error }, 'unexpected error');
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
