import { parseArgs } from 'node:util';
import { statedLimits, type Perturbation } from '#detector/evaluate/perturb.ts';
import { FaultError } from '#host/fault.ts';

/** What a person may ask of `npm run eval`. */
export interface EvaluateOptions {
  readonly coco: string;
  readonly root: string;
  readonly model: string;
  readonly modelDir: string;
  /** The set must name a template for each image. */
  readonly template: boolean;
  readonly json: boolean;
  readonly limit: number | null;
  readonly threads: number;
  readonly look: 'differences' | 'whole';
  /** The tested image is replaced by its template: nothing may be called. */
  readonly clean: boolean;
  readonly perturbation: Partial<Perturbation>;
  readonly seed: number;
  readonly sheets: string | null;
  /** Only images of these groups; null = all. */
  readonly groups: readonly string[] | null;
}

export const evaluateHelp = `npm run eval -- --coco FILE --root DIR --model NAME [OPTIONS]      score a detector on a COCO file

  --coco FILE        COCO file; an image may name its golden sample under "template"
  --root DIR         folder that the file names of the COCO file start from
  --model NAME       a folder inside the model folder, or a path to a manifest.json
  --models DIR       folder of models (default: HAIRLINE_MODEL_DIR, else detector/models)
  --template         insist that every image names a template
  --json             one JSON object on standard output instead of a table
  --limit N          only N images, spread evenly over the file
  --group A,B        only images of these groups
  --look WHERE       differences (default): only where part and golden differ; whole: every tile
  --perturb LIST     wear the tested images: shift, rotate, scale, blur, noise, tone, jpeg, each drawn up to the stated
                     limit or NAME=AMOUNT, e.g. shift,rotate=0.5,noise=4
  --clean            show each template in place of its tested image, so that every call is false
  --sheets DIR       write picture sheets of misses and false calls into DIR
  --threads N        threads of one inference (default 2)
  --seed N           seed of the wear and of the intervals (default 1)
  --help             this text

apPooled33, f33: all labels in one ranking; right = same label and IoU 0.33 or more, the definition of DeepPCB.
map50, map5095: COCO. centreHit: share of defects where the center of a call lies in the box or the reverse.
False calls point at no defect by that rule. f33, recallBySize, falseCallsPerImage, cleanImagesCalled and centreHit
count calls from the threshold of the manifest. Intervals: 95 %, by drawing images with replacement.
Images with uncertain_negative are left out.
`;

const spec = {
  help: { type: 'boolean', short: 'h', default: false },
  coco: { type: 'string' },
  root: { type: 'string' },
  model: { type: 'string' },
  models: { type: 'string' },
  template: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  limit: { type: 'string' },
  group: { type: 'string' },
  look: { type: 'string', default: 'differences' },
  perturb: { type: 'string' },
  clean: { type: 'boolean', default: false },
  sheets: { type: 'string' },
  threads: { type: 'string', default: '2' },
  seed: { type: 'string', default: '1' },
} as const;

/** Reads the command line; null where help is asked for. @throws FaultError COMMAND_INVALID with every fault at once. */
export function parseEvaluateOptions(args: readonly string[], modelDir: string): EvaluateOptions | null {
  const values = readArgs(args);
  if (values.help) return null;
  const faults: string[] = [];
  const need = (name: 'coco' | 'root' | 'model'): string => {
    const value = values[name];
    if (value === undefined) faults.push(`--${name} is missing`);
    return value ?? '';
  };
  const options = {
    coco: need('coco'),
    root: need('root'),
    model: need('model'),
    modelDir: values.models ?? modelDir,
    template: values.template,
    json: values.json,
    limit: values.limit === undefined ? null : wholeNumber('limit', values.limit, faults),
    threads: wholeNumber('threads', values.threads, faults),
    look: values.look === 'whole' ? ('whole' as const) : ('differences' as const),
    clean: values.clean,
    perturbation: perturbationOf(values.perturb ?? '', faults),
    seed: wholeNumber('seed', values.seed, faults),
    sheets: values.sheets ?? null,
    groups: values.group === undefined ? null : values.group.split(','),
  };
  if (values.look !== 'whole' && values.look !== 'differences') faults.push('--look takes differences or whole');
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

function wholeNumber(name: string, text: string, faults: string[]): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  faults.push(`--${name} takes a whole number above 0, not "${text}"`);
  return 1;
}

function perturbationOf(list: string, faults: string[]): Partial<Perturbation> {
  const amounts: Partial<Record<keyof Perturbation, number>> = {};
  for (const part of list.split(',').filter(Boolean)) {
    const [name = '', amount] = part.split('=');
    const value = amount === undefined ? statedLimits[name as keyof Perturbation] : Number(amount);
    if (!(name in statedLimits)) faults.push(`--perturb does not know "${name}"`);
    else if (!Number.isFinite(value) || value < 0) faults.push(`--perturb ${name} takes a number, not "${amount}"`);
    else amounts[name as keyof Perturbation] = value;
  }
  return amounts;
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'npm run eval', wayOut: 'See npm run eval -- --help.' });
}
