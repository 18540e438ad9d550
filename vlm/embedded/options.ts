import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';
import { shippedReviewerDir } from '#vlm/embedded/load-manifest.ts';

/** How the process of the embedded reviewer serves. */
export interface ServeOptions {
  readonly modelDir: string;
  /** On the loopback; 0: any free one. */
  readonly port: number;
  readonly threads: number;
}

const spec = {
  port: { type: 'string', default: '0' },
  'model-dir': { type: 'string', default: shippedReviewerDir },
  threads: { type: 'string', default: '1' },
} as const;

/** Reads the command line of vlm/embedded/main.ts. @throws FaultError COMMAND_INVALID with every fault at once. */
export function parseServeOptions(args: readonly string[]): ServeOptions {
  const values = readArgs(args);
  const faults: string[] = [];
  const whole = (name: 'port' | 'threads', [least, most]: readonly [number, number]): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least || value > most)
      faults.push(`--${name} takes a whole number from ${least} to ${most}, not "${values[name]}"`);
    return value;
  };
  const options = {
    modelDir: values['model-dir'],
    port: whole('port', [0, 65_535]),
    threads: whole('threads', [1, 64]),
  };
  if (faults.length > 0) throw commandFault(faults.join('; '));
  return options;
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: spec }).values;
  } catch (error) {
    throw commandFault(error instanceof Error ? error.message : String(error));
  }
}

function commandFault(message: string): FaultError {
  const wayOut = 'It takes --port, --model-dir and --threads.';
  return new FaultError('COMMAND_INVALID', message, { place: 'vlm/embedded/main.ts', wayOut });
}
