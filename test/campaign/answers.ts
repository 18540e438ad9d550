import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '#detector/seeded-random.ts';
import { printResult } from '../support/result-line.ts';
import { collectViews } from './answers/collect.ts';
import { linesOf } from './answers/lines.ts';
import { settingsOf, type Setting } from './answers/powers.ts';
import { addCase, drawGround, emptyCounts, type Counts } from './answers/try-case.ts';

const help = `npm run campaign -- answers [--cases N] [--seed S] [--parts N] [--models DIR] [--fresh]

The shipped models look at parts of both simulated stations. To what they find the campaign gives valid answers of a
reviewer, spoils one of them, takes it up the client's ladder and through the rules, and compares the verdicts. A spoiled
answer must never let a part out that the valid one kept. Goes on where it stopped; results are JSON lines on standard
output, progress goes to standard error.

  --cases N   spoiled answers in all (default 1000000)     --seed S   (default 1)
  --parts N   parts of each station to look at (default 30)
  --models DIR  folder of the models (default detector/models)
  --fresh     begin anew
`;

interface State {
  readonly key: string;
  next: number;
  readonly counts: Counts;
}

const everyCases = 20_000;
const casesPerGround = 20;

/** The cases of one ground; the same numbers give the same cases, wherever a run was cut off. */
function addGround(state: State, settings: readonly Setting[], { seed, until }: { seed: number; until: number }): void {
  const number = Math.floor(state.next / casesPerGround);
  const ground = drawGround(settings, seededRandom(Math.imul(seed, 7_919) + number));
  const end = Math.min(until, (number + 1) * casesPerGround);
  for (; state.next < end; state.next += 1) {
    addCase(state.counts, ground, seededRandom(Math.imul(seed, 104_729) ^ Math.imul(state.next, 2_654_435_761)));
  }
}

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      cases: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      parts: { type: 'string', default: '30' },
      models: { type: 'string', default: 'detector/models' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const [cases, seed, parts] = [Number(values.cases), Number(values.seed), Number(values.parts)];
  if (values.help || ![cases, seed, parts].every((number) => Number.isSafeInteger(number) && number >= 1)) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  const settings = await settingsOf(await collectViews(values.models, parts, seed));
  // A state belongs to its seed, its detections and its recipes; anything else is counted anew.
  const key = createHash('sha256')
    .update(JSON.stringify([seed, settings]))
    .digest('hex');
  const file = `.hairline/campaign/answers-${seed}.json`;
  const state = (values.fresh ? null : await readState(file, key)) ?? { key, next: 0, counts: emptyCounts() };
  if (state.next > 0) process.stderr.write(`going on at case ${state.next.toLocaleString('en')}\n`);
  const startedMs = performance.now();
  const first = state.next;
  while (state.next < cases) {
    const until = Math.min(cases, state.next + everyCases);
    while (state.next < until) addGround(state, settings, { seed, until });
    await writeState(file, state);
    const perSecond = (state.next - first) / ((performance.now() - startedMs) / 1000);
    const left = Math.round((cases - state.next) / perSecond);
    process.stderr.write(
      `${state.next.toLocaleString('en')} of ${cases.toLocaleString('en')} answers, about ${left} s left\n`,
    );
  }
  const lines = linesOf(state.counts, settings);
  for (const line of lines) printResult(line);
  return lines.every(({ holds }) => holds !== false) ? 0 : 1;
}

async function readState(file: string, key: string): Promise<State | null> {
  try {
    const state = JSON.parse(await readFile(file, 'utf8')) as State;
    return state.key === key ? state : null;
  } catch {
    // No state, or one that was cut off while it was written: the cases are counted anew.
    return null;
  }
}

async function writeState(file: string, state: State): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(state));
}
