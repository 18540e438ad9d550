import { parseArgs } from 'node:util';
import { openReviewer, type OpenedForScore } from '#vlm/evaluate/open-reviewer.ts';
import { askOnce } from '#vlm/openai/ask-once.ts';
import { goldenQuestion } from '#vlm/openai/golden-question.ts';
import { postCompletion } from '#vlm/openai/post-completion.ts';
import { prepareQuestion } from '#vlm/openai/prepare-question.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import { percentile, printResult, rounded, type ResultLine } from '../support/result-line.ts';

const help = `npm run bench -- reviewer [--url URL --model NAME --profile ID] [--questions N] [--at-once LIST] [--json]

How long a reviewer takes for a question, and how many it answers a second, with more and more of them under way: what to
run on a new GPU host once npm run vlm -- check holds. The anchor is the same requests posted bare, in turns with them:
drawing the crop, reading the answer and the ladder are what lies between. HAIRLINE_VLM_API_KEY is sent along.

  --url URL        the server, e.g. http://gpu-host:8000/v1; without it the embedded reviewer, on one thread
  --model NAME     name of the model there (default inspector-v1)
  --profile ID     ${Object.keys(profiles).join(', ')} (default vllm/qwen2.5)
  --questions N    questions for each case (default 200)
  --at-once LIST   how many under way (default 1,2,4,8)
`;

const deadlineMs = 60_000;
const goalMs = 50;

/** 1 where a goal does not hold or a question stayed without a valid answer, 2 for a command that cannot be understood. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      url: { type: 'string' },
      model: { type: 'string', default: 'inspector-v1' },
      profile: { type: 'string', default: 'vllm/qwen2.5' },
      questions: { type: 'string', default: '200' },
      'at-once': { type: 'string', default: '1,2,4,8' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const count = Number(values.questions);
  const steps = values['at-once'].split(',').map(Number);
  const known = values.profile in profiles;
  if (!known || !(count > 0) || !steps.every((step) => Number.isInteger(step) && step > 0)) {
    process.stderr.write(help);
    return 2;
  }
  const { url = null, model } = values;
  await using stack = new AsyncDisposableStack();
  const reviewer = await openReviewer({ url, model, profile: values.profile as ProfileId, reviewerDir: null }, stack);
  const held: boolean[] = [];
  for (const atOnce of steps) held.push(await measure(reviewer, { atOnce, count, isEmbedded: url === null }));
  return held.every(Boolean) ? 0 : 1;
}

interface Step {
  readonly atOnce: number;
  readonly count: number;
  readonly isEmbedded: boolean;
}

async function measure({ asked }: OpenedForScore, { atOnce, count, isEmbedded }: Step): Promise<boolean> {
  process.stderr.write(`${count} questions, ${atOnce} at once\n`);
  const ways = { ours: [] as number[], bare: [] as number[] };
  let [unanswered, oursMs] = [0, 0];
  // Ours and bare take turns, so that a machine that drifts drifts for both.
  const rounds = Math.max(1, Math.min(10, Math.floor(count / atOnce)));
  for (let round = 0; round < rounds; round += 1) {
    const questions = Array.from({ length: Math.ceil(count / rounds) }, (_, index) =>
      questionOf(round * count + index),
    );
    const begunMs = performance.now();
    ways.ours.push(
      ...(await timed(questions, atOnce, async (question) => {
        const { review } = await askOnce(question, asked, AbortSignal.timeout(deadlineMs));
        if (review.kind === 'unavailable') unanswered += 1;
      })),
    );
    oursMs += performance.now() - begunMs;
    const prepared = await Promise.all(questions.map((question) => prepareQuestion(question, asked)));
    ways.bare.push(
      ...(await timed(prepared, atOnce, async ({ body }, index) => {
        await postCompletion(asked, body, { id: `bare-${index}`, signal: AbortSignal.timeout(deadlineMs) });
      })),
    );
  }
  const alone = { anchor: '', anchorValue: null, ratio: null, goal: '', holds: null };
  const say = (what: string, value: number, unit: string, more: Partial<ResultLine> = {}): void =>
    printResult({
      name: 'reviewer',
      case: `${asked.model}, ${atOnce} at once, ${what}`,
      value,
      unit,
      ...alone,
      ...more,
    });
  const beside = (share: number): Partial<ResultLine> => {
    const [own, bare] = [percentile(ways.ours, share), percentile(ways.bare, share)];
    return { anchor: 'the same requests posted bare', anchorValue: rounded(bare), ratio: rounded(own / bare) };
  };
  const p50 = percentile(ways.ours, 0.5);
  const hasGoal = isEmbedded && atOnce === 1;
  const goal = hasGoal ? { goal: `<= ${goalMs} ms`, holds: p50 <= goalMs } : {};
  const holds = unanswered === 0;
  say('p50', rounded(p50), 'ms', { ...beside(0.5), ...goal });
  say('p99', rounded(percentile(ways.ours, 0.99)), 'ms', beside(0.99));
  say('questions', rounded((1000 * ways.ours.length) / oursMs), '1/s');
  say('without a valid answer', unanswered, '', { goal: '0', holds });
  return holds && (!hasGoal || p50 <= goalMs);
}

/** The known board from another corner each time: no server answers from its cache of images. */
function questionOf(seed: number): ReviewQuestion {
  return { ...goldenQuestion, id: `q${seed}`, seed, deadlineMs };
}

/** Time of each, with `atOnce` of them under way. */
async function timed<One>(
  all: readonly One[],
  atOnce: number,
  work: (one: One, index: number) => Promise<void>,
): Promise<readonly number[]> {
  const times: number[] = [];
  const waiting = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of waiting) {
      const begunMs = performance.now();
      await work(one, index);
      times.push(performance.now() - begunMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}
