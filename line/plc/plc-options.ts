import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FaultError } from '#host/fault.ts';

const whole = (least: number): z.ZodType<number> => z.coerce.number().int('is no whole number').min(least);

const schema = z.strictObject({
  url: z.url({ protocol: /^opc\.tcp$/ }),
  /** Folder of the journal and of the PLC's key. */
  data: z.string(),
  security: z.enum(['None', 'Basic256Sha256']).default('None'),
  /** Time between two parts. */
  'interval-ms': whole(1).default(2000),
  /** Pause between two cycles. */
  'cycle-ms': whole(0).default(20),
  /** Recipe to ask for at start; without it the one in force stays. */
  recipe: z.string().default(''),
  /** Shows no known bad parts. */
  'no-challenge': z.boolean().default(false),
});

/** Command line of a simulated PLC. */
export type PlcCommand = z.infer<typeof schema>;

/** Reads the command line. @throws FaultError COMMAND_INVALID that names every fault at once. */
export function parsePlcCommand(args: readonly string[]): PlcCommand {
  const parsed = schema.safeParse(readArgs(args));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`);
  throw commandFault(faults.join('; '));
}

function readArgs(args: readonly string[]): Record<string, unknown> {
  const typeOf = (key: string) => ({ type: key === 'no-challenge' ? 'boolean' : 'string' }) as const;
  const options = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, typeOf(key)]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw commandFault(error instanceof Error ? error.message : String(error));
  }
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, {
    place: 'command line of a PLC',
    wayOut: 'Give --url opc.tcp://HOST:PORT and --data DIR; line/plc/plc-options.ts lists the rest.',
  });
}
