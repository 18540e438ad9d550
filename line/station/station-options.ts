import { delimiter } from 'node:path';
import { z } from 'zod';
import { readCommand } from '#line/read-command.ts';

const whole = (least: number, most = Number.MAX_SAFE_INTEGER): z.ZodType<number> =>
  z.coerce.number().int('is no whole number').min(least).max(most);

const schema = z
  .strictObject({
    station: z.enum(['pcb', 'ballscrew', 'images']),
    host: z.string().default('127.0.0.1'),
    port: whole(0, 65_535).default(0),
    data: z.string(),
    seed: whole(0).default(1),
    'interval-ms': whole(1).default(2000),
    /** Stop triggering after so many parts. */
    parts: whole(1).optional(),
    /** Trigger number after which the parts of this run count, so that a restart goes on counting; default: the newest. */
    after: whole(0).optional(),
    images: z.string().optional(),
    recipe: z.string().optional(),
    /** Folder that gets the golden samples. */
    golden: z.string().optional(),
    'ring-frames': whole(1, 4096).default(64),
    security: z.enum(['None', 'Basic256Sha256']).default('None'),
    /** PKI folders of edge node and PLC: station and peer trust each other. Only where all of them are one command's. */
    peers: z
      .string()
      .default('')
      .transform((text) => text.split(delimiter).filter((dir) => dir !== '')),
    /** Hold still until the parent says `run`. */
    'wait-for-run': z.boolean().default(false),
    /** A PLC asks for each part and acknowledges each result. */
    plc: z.boolean().default(false),
  })
  .refine((command) => command.station !== 'images' || command.images !== undefined, {
    path: ['images'],
    message: 'a station of images needs the folder that they are in',
  });

/** Command line of a simulated station. */
export type StationCommand = z.infer<typeof schema>;

/** Reads the command line. @throws FaultError COMMAND_INVALID that names every fault at once. */
export function parseStationCommand(args: readonly string[]): StationCommand {
  return readCommand(args, {
    schema,
    options: Object.keys(schema.shape),
    flags: ['wait-for-run', 'plc'],
    place: 'command line of a station',
    wayOut: 'Give --station pcb|ballscrew|images and --data DIR; line/station/station-options.ts lists the rest.',
  });
}
