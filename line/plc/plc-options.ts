import { z } from 'zod';
import { readCommand } from '#line/read-command.ts';

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
  return readCommand(args, {
    schema,
    options: Object.keys(schema.shape),
    flags: ['no-challenge'],
    place: 'command line of a PLC',
    wayOut: 'Give --url opc.tcp://HOST:PORT and --data DIR; line/plc/plc-options.ts lists the rest.',
  });
}
