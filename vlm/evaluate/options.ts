import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';

/** What a person may ask of `npm run eval -- reviewer`. */
export interface ReviewerEvaluation {
  readonly coco: string;
  readonly root: string;
  /** Images have a golden sample, shown along. */
  readonly template: boolean;
  readonly json: boolean;
  readonly limit: number | null;
  readonly groups: readonly string[] | null;
  readonly detector: string;
  readonly modelDir: string;
  readonly scoreFrom: number;
  readonly benignCauses: readonly string[];
  /** A reviewer server; null: the embedded one, started for this run. */
  readonly url: string | null;
  readonly model: string;
  readonly profile: ProfileId;
  /** Folder of the embedded reviewer's model; null: the shipped one. */
  readonly reviewerDir: string | null;
  readonly deadlineMs: number;
  readonly seed: number;
}

export const reviewerHelp = `npm run eval -- reviewer --coco FILE --root DIR [OPTIONS]      score a reviewer on crops as the line cuts them

  --coco FILE        COCO file; an image may name its golden sample under "template"
  --root DIR         folder that the file names of the COCO file start from
  --template         show the golden sample along; every image must name one
  --json             one JSON object on standard output instead of a table
  --limit N          only N images, spread evenly over the file
  --group A,B        only images of these groups
  --detector NAME    whose calls are asked about (default pcb-pair with --template, else surface)
  --score-from S     lowest score of a call that is asked about (default 0.02)
  --benign A,B       harmless causes an answer may name (default: those of the shipped recipes)
  --url URL          a reviewer server; without it the embedded reviewer is started
  --model NAME       name of the model on that server (default inspector-v1)
  --profile ID       its profile (default vllm/qwen2.5)
  --reviewer-dir DIR folder of another model for the embedded reviewer
  --deadline-ms N    time for one question (default 10000)
  --seed N           seed of windows and intervals (default 1)
  --help             this text

Asked are the detector's calls down to a low score: those that match a defect (IoU 0.33, the best call of each) and those
that touch none. defectOrNot: share of all crops whose answer says defect where there is one, and else does not.
defectRecall: of the defects, share called one. label, meanIoU: of these. falseCallsSeen: share of the false calls not
called a defect; falseCallsSeenAlone: of those whose crop shows no other defect either. echoRate: of every third defect, share for which a planted wrong label comes back. validJson: share of answers in
JSON that keeps the schema; usable: of those that also speak of the place asked about, with a box inside the crop. An answer
that is missing or not usable counts as wrong. Intervals: 95 %, by drawing images with replacement.
`;

const spec = {
  help: { type: 'boolean', short: 'h', default: false },
  coco: { type: 'string' },
  root: { type: 'string' },
  template: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  limit: { type: 'string' },
  group: { type: 'string' },
  detector: { type: 'string' },
  'score-from': { type: 'string', default: '0.02' },
  benign: { type: 'string' },
  url: { type: 'string' },
  model: { type: 'string', default: 'inspector-v1' },
  profile: { type: 'string', default: 'vllm/qwen2.5' },
  'reviewer-dir': { type: 'string' },
  'deadline-ms': { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
} as const;

type NumberName = 'limit' | 'score-from' | 'deadline-ms' | 'seed';

/** Reads the command line; null where help is asked for. @throws FaultError COMMAND_INVALID with every fault at once. */
export function parseReviewerOptions(args: readonly string[]): ReviewerEvaluation | null {
  const values = readArgs(args);
  if (values.help) return null;
  const faults: string[] = [];
  const number = (name: NumberName): number => {
    const value = Number(values[name]);
    if (!(value > 0)) faults.push(`--${name} takes a number above 0, not "${values[name]}"`);
    return value;
  };
  for (const name of ['coco', 'root'] as const) if (values[name] === undefined) faults.push(`--${name} is missing`);
  if (!(values.profile in profiles)) faults.push(`--profile takes one of ${Object.keys(profiles).join(', ')}`);
  const options = { ...setOf(values), ...reviewerOf(values), ...numbersOf(values, number) };
  if (faults.length > 0) throw commandFault(faults.join('; '));
  return options;
}

type Values = NonNullable<ReturnType<typeof readArgs>>;

/** Which crops are asked about. */
function setOf(values: Values) {
  const pair = values.template;
  return {
    coco: values.coco ?? '',
    root: values.root ?? '',
    template: pair,
    json: values.json,
    groups: values.group?.split(',') ?? null,
    detector: values.detector ?? (pair ? 'pcb-pair' : 'surface'),
    modelDir: process.env['HAIRLINE_MODEL_DIR'] ?? join(import.meta.dirname, '../../detector/models'),
    benignCauses: values.benign?.split(',') ?? (pair ? pairCauses : surfaceCauses),
  };
}

/** Who is asked. */
function reviewerOf(values: Values) {
  const { model, url = null } = values;
  return { url, model, profile: values.profile as ProfileId, reviewerDir: values['reviewer-dir'] ?? null };
}

function numbersOf(values: Values, number: (name: NumberName) => number) {
  return {
    limit: values.limit === undefined ? null : number('limit'),
    scoreFrom: number('score-from'),
    deadlineMs: number('deadline-ms'),
    seed: number('seed'),
  };
}

const pairCauses = ['dust', 'fibre', 'glare', 'marking', 'misregistration'];
const surfaceCauses = ['dust', 'oil', 'glare', 'marking', 'scratch'];

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: spec }).values;
  } catch (error) {
    throw commandFault(error instanceof Error ? error.message : String(error));
  }
}

function commandFault(message: string): FaultError {
  const wayOut = 'See npm run eval -- reviewer --help.';
  return new FaultError('COMMAND_INVALID', message, { place: 'npm run eval -- reviewer', wayOut });
}
