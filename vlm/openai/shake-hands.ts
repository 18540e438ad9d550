import { layOut } from '#vlm/crop-window.ts';
import { termsOf } from '#vlm/ladder.ts';
import { answerJsonSchema } from '#vlm/answer.schema.ts';
import { drawQuestion } from '#vlm/openai/draw-question.ts';
import { flags } from '#vlm/openai/flags.ts';
import { askGolden, goldenFault, goldenQuestion } from '#vlm/openai/golden-question.ts';
import { fingerprintOf, listModels } from '#vlm/openai/list-models.ts';
import { postCompletion, type Posted } from '#vlm/openai/post-completion.ts';
import { renderTexts } from '#vlm/openai/prepare-question.ts';
import { requestBody } from '#vlm/openai/request-body.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { smartResize } from '#vlm/smart-resize.ts';

/** What is looked at, in this order. */
export const handshakeSteps = ['models', 'tokens', 'schema', 'golden'] as const;

/** Whether a server can be asked about parts, and if not, what a person changes. */
export type Handshake =
  | { readonly holds: true; readonly fingerprint: string }
  | {
      readonly holds: false;
      readonly step: (typeof handshakeSteps)[number];
      readonly detail: string;
      readonly wayOut: string;
    };

/**
 * Finds out before the first part whether a server is the one the profile describes: it offers the model; it counts as many
 * tokens for two images as a server that leaves our images alone; it keeps a schema that its prompt speaks against; it
 * sees a known defect in its place. Never throws.
 */
export async function shakeHands(options: ReviewerOptions, signal: AbortSignal): Promise<Handshake> {
  const says = flags[options.profile.dialect];
  const models = await listModels(options, signal);
  const seeServer = `See that a server runs at ${options.baseUrl} and can be reached from here.`;
  if (typeof models === 'string') return refused('models', `the server cannot be asked: ${models}`, seeServer);
  const served = models.find(({ id }) => id === options.model);
  if (!served) {
    const offered = models.map(({ id }) => `"${id}"`).join(', ');
    return refused('models', `the server offers ${offered || 'no model'}, not "${options.model}"`, says.name);
  }
  const fingerprint = fingerprintOf(served);
  if (options.fingerprint !== undefined && options.fingerprint !== fingerprint) {
    const wayOut = 'Serve the weights that were qualified, or run npm run vlm -- qualify on these.';
    return refused('models', `the server has other weights behind "${options.model}" than those in service`, wayOut);
  }
  const resized = await tokensFault(options, signal);
  if (resized !== null) return refused('tokens', resized.detail, resized.wayOut ?? says.resizing);
  const ignored = await schemaFault(options, signal);
  if (ignored !== null) return refused('schema', ignored, says.schema);
  const golden = goldenFault(await askGolden(options, signal));
  if (golden === null) return { holds: true, fingerprint };
  const wayOut =
    'Serve a model of the family that HAIRLINE_VLM_PROFILE names, with its own image processor and chat template.';
  return refused('golden', golden, wayOut);
}

function refused(step: (typeof handshakeSteps)[number], detail: string, wayOut: string): Handshake {
  return { holds: false, step, detail, wayOut };
}

/** Two images, the largest that is sent and one of half its side, must cost as many tokens apart as they are large. */
async function tokensFault(options: ReviewerOptions, signal: AbortSignal) {
  const { imageTokens, coordinates } = options.profile;
  const cells = Math.floor(Math.sqrt(imageTokens));
  const counted: number[] = [];
  for (const side of [Math.floor(cells / 2), cells]) {
    const posted = await probe(options, { cells: side, mostTokens: 1, askFor: null }, signal);
    if (posted.kind !== 'completion')
      return { detail: `a probe image of ${side * side} tokens failed: ${told(posted)}` };
    const tokens = posted.completion.usage?.prompt_tokens;
    if (tokens === undefined)
      return { detail: 'the server does not tell the tokens of a prompt (usage.prompt_tokens)' };
    counted.push(tokens);
  }
  const [small = 0, large = 0] = counted;
  const difference = (factor: number): number => {
    const seen = (side: number): number => {
      const sidePx = side * coordinates.factor;
      const size = smartResize({ widthPx: sidePx, heightPx: sidePx }, { factor, minPixels: 0, maxPixels: Infinity });
      return size === null ? 0 : (size.widthPx / factor) * (size.heightPx / factor);
    };
    return seen(cells) - seen(Math.floor(cells / 2));
  };
  const expected = difference(coordinates.factor);
  if (large - small === expected) return null;
  const detail = `two probe images must differ by ${expected} tokens and differ by ${large - small}: the server resizes them`;
  const other = coordinates.factor === 28 ? 32 : 28;
  if (large - small !== difference(other)) return { detail };
  const wayOut = `It counts like ${other === 32 ? 'Qwen3-VL' : 'Qwen2.5-VL'}: set HAIRLINE_VLM_PROFILE to its profile.`;
  return { detail, wayOut };
}

const heldSchema = {
  type: 'object',
  properties: { held: { type: 'string', enum: ['yes'] } },
  required: ['held'],
  additionalProperties: false,
} as const;

/** A grammar may leave room for white space around every word, some 20 tokens each time, and small weights use it. */
const heldTokens = 160;

/** Asks for a word in prose under a schema that has no room for it. The embedded engine takes no other schema than its own. */
async function schemaFault(options: ReviewerOptions, signal: AbortSignal): Promise<string | null> {
  if (options.profile.dialect === 'embedded') return null;
  const askFor = { text: 'Answer with the single word hello, and nothing else.', schema: heldSchema };
  const posted = await probe(options, { cells: 4, mostTokens: heldTokens, askFor }, signal);
  if (posted.kind !== 'completion') return `a question under a schema failed: ${told(posted)}`;
  const content = posted.completion.choices[0]?.message.content ?? '';
  return /^\s*\{\s*"held"\s*:\s*"yes"\s*\}\s*$/.test(content)
    ? null
    : `the server does not keep to response_format: asked for {"held":"yes"} it wrote ${JSON.stringify(content.slice(0, 60))}`;
}

interface Probe {
  /** Side of the image in image tokens. */
  readonly cells: number;
  readonly mostTokens: number;
  /** null: a question like any other. */
  readonly askFor: { readonly text: string; readonly schema: Readonly<Record<string, unknown>> } | null;
}

/** Posts a question about a plain piece of the golden image; its text is the same for every size. */
async function probe(
  options: ReviewerOptions,
  { cells, mostTokens, askFor }: Probe,
  signal: AbortSignal,
): Promise<Posted> {
  const { profile, model } = options;
  const { factor } = profile.coordinates;
  const { viewImage } = goldenQuestion;
  const window = { x1: 0, y1: 0, x2: viewImage.widthPx, y2: viewImage.heightPx };
  const side = { widthPx: cells * factor, heightPx: cells * factor };
  const png = await drawQuestion(viewImage, null, { window, panel: side, image: side });
  const layout = layOut(window, false, { factor, imageTokens: profile.imageTokens });
  const texts = renderTexts({ ...goldenQuestion, golden: null }, layout, options);
  const schema =
    askFor?.schema ?? answerJsonSchema(termsOf({ ...goldenQuestion, layout, coordinates: profile.coordinates }));
  const body = requestBody({
    model,
    profile: { ...profile, maxCompletionTokens: mostTokens },
    texts: askFor ? { ...texts, user: askFor.text } : texts,
    png,
    schema,
    seed: goldenQuestion.seed,
  });
  return postCompletion(options, JSON.stringify(body), { id: `handshake-${cells}`, signal });
}

function told(posted: Exclude<Posted, { kind: 'completion' }>): string {
  if (posted.kind === 'timeout') return 'no answer in time';
  return posted.kind === 'status' ? `status ${posted.status}: ${posted.detail}` : posted.detail;
}
