import type { EngineAnswer, EngineQuestion, EngineToken } from '#vlm/embedded/engine-messages.ts';
import { createPoolGate } from '#vlm/embedded/pool-gate.ts';
import { openRenewed } from '#vlm/embedded/renewed.ts';
import { requireLlamaNode, type LlamaCompletion, type LlamaContext } from '#vlm/embedded/llama-node.ts';

/** The engine within its own process. One question at a time: a second one would throw. */
export interface Engine {
  readonly ask: (question: EngineQuestion) => Promise<EngineAnswer>;
  /** Ends the question under way within some milliseconds. */
  readonly stop: () => void;
}

/** Image tokens the engine takes without resizing. */
export const imageTokens = { least: 4, most: 64 } as const;

// Prompt, image and answer together are about 50 tokens.
const contextTokens = 512;

// The library keeps the chances of all answers it ever gave and walks them at each: after 3,000 questions one took five times
// as long. A new context costs less than one answer.
const answersOfContext = 64;

// The library's own defaults draw unlikely tokens even at temperature 0 (XTC and DRY are swapped there), so all is said.
const greedy = {
  temperature: 0,
  top_k: 1,
  top_p: 1,
  min_p: 0,
  xtc_probability: 0,
  xtc_threshold: 0.1,
  dry_multiplier: 0,
  penalty_repeat: 1,
  penalty_freq: 0,
  penalty_present: 0,
  seed: 1,
};

/** Loads both files. Ends the process if one is damaged, which is why their digests are checked before. */
export async function loadEngine(languageFile: string, visionFile: string, threads: number): Promise<Engine> {
  const contexts = await openRenewed(() => openContext({ languageFile, visionFile, threads }), answersOfContext);
  const gate = createPoolGate();
  const state = { stopped: false };
  return {
    ask: async (question) => {
      state.stopped = false;
      const context = await contexts.take();
      const complete: Complete = (options) => gate.hold(() => context.completion(options));
      return await ask({ context, complete, stopped: () => state.stopped }, question);
    },
    stop: () => {
      state.stopped = true;
      contexts.current()?.stopCompletion();
    },
  };
}

interface EngineFiles {
  readonly languageFile: string;
  readonly visionFile: string;
  readonly threads: number;
}

async function openContext({ languageFile, visionFile, threads }: EngineFiles): Promise<LlamaContext> {
  const context = await requireLlamaNode().loadModel({
    model: languageFile,
    n_ctx: contextTokens,
    n_batch: contextTokens,
    n_parallel: 1,
    n_gpu_layers: 0,
    n_threads: threads,
    ctx_shift: false,
  });
  const { least: image_min_tokens, most: image_max_tokens } = imageTokens;
  const seeing = await context.initMultimodal({ path: visionFile, use_gpu: false, image_min_tokens, image_max_tokens });
  if (!seeing) throw new Error(`the vision part ${visionFile} cannot be loaded`);
  return context;
}

type Complete = LlamaContext['completion'];

interface Asking {
  readonly context: LlamaContext;
  readonly complete: Complete;
  readonly stopped: () => boolean;
}

async function ask({ context, complete, stopped }: Asking, question: EngineQuestion): Promise<EngineAnswer> {
  const before = process.cpuUsage();
  const { schema } = question;
  const common = {
    ...greedy,
    prompt: `${question.before}<__media__>${question.after}`,
    media_paths: [question.imageUrl],
    response_format: { type: 'json_schema', json_schema: { strict: true, schema } },
  };
  // Greedy choice leaves one candidate, so the chances of the verdicts are asked for first; the image is then known.
  const chances = question.alternatives > 0 ? await firstChances(complete, common, question.alternatives) : [];
  const mostTokens = stopped() ? 1 : question.mostTokens;
  const done = await complete({ ...common, n_predict: mostTokens, n_probs: 1 });
  const { tokens } = await context.tokenize(question.before + question.after);
  const { user, system } = process.cpuUsage(before);
  return {
    text: done.text,
    tokens: withChances(tokensOf(done), chances),
    ended: stopped() ? 'stopped' : endOf(done, mostTokens),
    textTokens: tokens.length,
    cpuMs: (user + system) / 1000,
  };
}

/** The chances at the first two places of an answer: the opening of the JSON, and its first value. */
async function firstChances(
  complete: Complete,
  common: Readonly<Record<string, unknown>>,
  alternatives: number,
): Promise<readonly EngineToken[]> {
  const asked = { ...common, temperature: 1, top_k: alternatives, n_predict: 2, n_probs: alternatives };
  const { completion_probabilities: all = [] } = await complete(asked);
  return all.slice(-2).map(toToken);
}

/**
 * The tokens of this answer: the library keeps those of earlier answers in front, and its count is off by one at times,
 * so the shortest tail that spells the text is taken. None where no tail does.
 */
function tokensOf({ text, completion_probabilities: all = [] }: LlamaCompletion): readonly EngineToken[] {
  let spelled = '';
  for (let from = all.length - 1; from >= 0 && spelled.length < text.length; from -= 1) {
    spelled = (all[from]?.content ?? '') + spelled;
    if (spelled === text) return all.slice(from).map(toToken);
  }
  return [];
}

function toToken({ content, probs }: NonNullable<LlamaCompletion['completion_probabilities']>[number]): EngineToken {
  return { text: content, alternatives: probs.map(({ tok_str: text, prob: chance }) => ({ text, chance })) };
}

/** Chances of another run of the same question fit only as long as both say the same. */
function withChances(tokens: readonly EngineToken[], chances: readonly EngineToken[]): readonly EngineToken[] {
  const [opening, first] = chances;
  if (!opening || !first || tokens[0]?.text !== opening.text) return tokens;
  return tokens.map((token, index) => (index === 1 ? { ...token, alternatives: first.alternatives } : token));
}

function endOf(done: LlamaCompletion, mostTokens: number): EngineAnswer['ended'] {
  if (done.interrupted) return 'stopped';
  return done.stopped_limited || done.tokens_predicted >= mostTokens ? 'length' : 'stop';
}
