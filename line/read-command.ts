import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { FaultError } from '#host/fault.ts';

/** The command line of one of the line's processes. */
export interface CommandLine<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Every option; `flags` are those that take no value. */
  readonly options: readonly string[];
  readonly flags: readonly string[];
  readonly place: string;
  readonly wayOut: string;
}

/** Reads a command line. @throws FaultError COMMAND_INVALID that names every fault at once. */
export function readCommand<Schema extends z.ZodType>(
  args: readonly string[],
  { schema, options, flags, place, wayOut }: CommandLine<Schema>,
): z.infer<Schema> {
  const refuse = (message: string): FaultError => new FaultError('COMMAND_INVALID', message, { place, wayOut });
  const known = options.map((key) => [key, { type: flags.includes(key) ? 'boolean' : 'string' }] as const);
  let values: Record<string, unknown>;
  try {
    values = parseArgs({ args: [...args], options: Object.fromEntries(known), allowPositionals: false }).values;
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('; '));
}
