import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';

/** What a person may ask of `npm start`. */
export interface LineOptions {
  readonly help: boolean;
  readonly json: boolean;
  /** Names of the stations that run. */
  readonly stations: readonly string[];
  /** Parts to trigger over all stations; null = until stopped. */
  readonly parts: number | null;
  readonly intervalMs: number;
  /** Stop after this long; null = until stopped. */
  readonly durationS: number | null;
  readonly seed: number;
  /** A folder of images in place of the stations' own parts. */
  readonly images: string | null;
  /** Recipe for the parts of that folder. */
  readonly recipe: string | null;
  /** Whether the embedded reviewer runs where no URL names another. */
  readonly withReviewer: boolean;
  /** Of the channels between the simulated stations and their edge nodes and PLCs. */
  readonly security: LineSecurity;
}

const lineSecurities = ['Basic256Sha256', 'None'] as const;
export type LineSecurity = (typeof lineSecurities)[number];

export const stationNames = ['pcb', 'ballscrew'] as const;

export const helpText = `npm start [-- OPTIONS]      a live inspection line on this machine

Runs simulated stations (real OPC UA servers), an edge node for each, store, MES reports and the dashboard.
Broker, database and reviewer are embedded unless HAIRLINE_MQTT_URL, HAIRLINE_DATABASE_URL and HAIRLINE_VLM_BASE_URL
name real ones.
Everything is kept in HAIRLINE_DATA_DIR (default ./.hairline); a second start goes on where the first stopped.

  --parts N          stop after N parts over all stations, with a summary
  --json             print the summary as one JSON object on standard output
  --stations A,B     which stations run: ${stationNames.join(', ')} (default: all)
  --interval-ms T    time between two parts of a station in ms (default 2000)
  --duration S       stop after S seconds
  --seed N           seed of the board generator (default 1)
  --images DIR       show the images of a folder instead: a COCO file in it names templates and truth,
                     else NAME_temp.* beside NAME_test.*, else there is no golden sample
  --recipe ID        recipe for --images (default: pcb-single where there are templates, else ballscrew)
  --no-reviewer      run without the embedded reviewer: doubtful parts go to a person
  --security S       of the channels to the stations: Basic256Sha256 (default; signed and encrypted, with certificates
                     made and trusted in the data folder) or None, open to everybody on this machine
  --help             this text

Ctrl-C ends clean. docs/configuration.md lists the settings (environment variables).
`;

const spec = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  parts: { type: 'string' },
  stations: { type: 'string' },
  'interval-ms': { type: 'string' },
  duration: { type: 'string' },
  seed: { type: 'string' },
  images: { type: 'string' },
  recipe: { type: 'string' },
  'no-reviewer': { type: 'boolean', default: false },
  security: { type: 'string' },
} as const;

/** Reads the command line. @throws FaultError COMMAND_INVALID that names every fault at once. */
export function parseLineOptions(args: readonly string[]): LineOptions {
  const values = readArgs(args);
  const faults: string[] = [];
  const stations = stationsOf(values, faults);
  const whole = (key: 'parts' | 'interval-ms' | 'duration' | 'seed', least: number): number | null => {
    const text = values[key];
    if (text === undefined) return null;
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= least) return number;
    faults.push(`--${key}: "${text}" is no whole number from ${least}`);
    return null;
  };
  const options: LineOptions = {
    help: values.help ?? false,
    json: values.json ?? false,
    stations,
    parts: whole('parts', 1),
    intervalMs: whole('interval-ms', 50) ?? 2000,
    durationS: whole('duration', 1),
    seed: whole('seed', 0) ?? 1,
    images: values.images ?? null,
    recipe: values.recipe ?? null,
    withReviewer: values['no-reviewer'] !== true,
    security: securityOf(values, faults),
  };
  if (faults.length > 0) throw commandFault(faults.join('; '));
  return options;
}

/**
 * Refuses options that npm kept because no `--` stood before them: a line without an end is not what was asked for.
 * @throws FaultError COMMAND_INVALID with the command that was meant
 */
export function refuseKeptByNpm(args: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
  const kept = Object.keys(spec).flatMap((name) => {
    // npm reads --no-reviewer as a reviewer that is not wanted.
    const value = npmsOwn.has(name) ? undefined : env[`npm_config_${name.replace(/^no-/, '').replaceAll('-', '_')}`];
    if (value === undefined) return [];
    return ['true', 'false', ''].includes(value) ? [`--${name}`] : [`--${name}`, value];
  });
  if (kept.length === 0) return;
  throw new FaultError('COMMAND_INVALID', `npm kept ${kept.join(' ')} for itself`, {
    place: 'command line',
    wayOut: `Put -- before it: npm start -- ${[...kept, ...args].join(' ')}`,
  });
}

/** Options that npm has too: what it kept of these may have been meant for it. */
const npmsOwn: ReadonlySet<string> = new Set(['help', 'json']);

function securityOf({ security }: Values, faults: string[]): LineSecurity {
  if (security === undefined) return 'Basic256Sha256';
  const known = lineSecurities.find((name) => name === security);
  if (known === undefined) faults.push(`--security: "${security}" is none of ${lineSecurities.join(', ')}`);
  return known ?? 'Basic256Sha256';
}

function stationsOf(values: Values, faults: string[]): readonly string[] {
  if (values.images !== undefined) return ['images'];
  const stations = values.stations?.split(',') ?? [...stationNames];
  for (const name of stations) {
    if (!(stationNames as readonly string[]).includes(name)) faults.push(`--stations: no station "${name}"`);
  }
  return stations;
}

type Values = { readonly [Key in keyof typeof spec]?: (typeof spec)[Key]['type'] extends 'boolean' ? boolean : string };

function readArgs(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: spec, allowPositionals: false }).values;
  } catch (error) {
    throw commandFault(error instanceof Error ? error.message : String(error));
  }
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'command line', wayOut: 'See npm start -- --help.' });
}
