import { createHash } from 'node:crypto';
import type { Box } from '#detector/box.ts';
import type { Example, ExampleQuestion, ExampleView } from '#store/examples/example.ts';
import type { Answer } from '#vlm/answer.schema.ts';
import { answerLimits, cropWindow, toAnswer, type Beside, type SentLayout } from '#vlm/crop-window.ts';
import { climb, termsOf, type Asked } from '#vlm/ladder.ts';
import { layOutWindow, renderTexts, schemaSha256Of } from '#vlm/openai/prepare-question.ts';
import { profiles, type Profile } from '#vlm/profiles.ts';
import type { Prompt } from '#vlm/prompt.ts';

/** The prompts that a question may be written with. */
export interface Prompts {
  readonly bySha256: ReadonlyMap<string, Prompt>;
  /** In service for the profile that questions are drawn for. */
  readonly current: Prompt;
}

/** A question to the reviewer as text, with the place its answer is about. */
export interface AskedAgain {
  /** Digest of the crop that the reviewer got at the line; null: to be drawn from the frame. */
  readonly cropSha256: string | null;
  readonly layout: SentLayout;
  readonly profile: Profile;
  readonly prompt: Prompt;
  readonly texts: { readonly system: string; readonly user: string };
  readonly terms: ReturnType<typeof termsOf>;
  /** The corrected answer as the reviewer would write it; null where it does not climb the line's own ladder. */
  readonly answer: string | null;
}

// Whom lines are drawn for where the line did not ask such a model.
const usualProfile = profiles['vllm/qwen2.5'];

/**
 * Asks the question of a place again, with the answer it should have had. It is the very question of the line where the
 * record proves it: same recipe, same prompt, same schema, same size. Otherwise it is put as the line would put it to a
 * server today: the shipped small reviewer sees other pictures than the model that these lines are for.
 */
export function askAgain(example: Example, view: ExampleView, question: ExampleQuestion, prompts: Prompts): AskedAgain {
  const { record } = question;
  const asked = record && askedAtLine(example, record, prompts);
  if (record && asked) {
    const window = record.window ?? cropWindow(question.box, view, record.seed);
    const again = put({ example, view, question, window, ...asked });
    const { widthPx, heightPx } = again.layout.image;
    const sameSize = widthPx === record.sentWidthPx && heightPx === record.sentHeightPx;
    if (sameSize && again.schemaSha256 === record.schemaSha256) return { ...again, cropSha256: record.cropSha256 };
  }
  const window = cropWindow(question.box, view, seedOf(example.inspectionId, question.id), besideOf(question, view));
  return {
    ...put({ example, view, question, window, profile: usualProfile, prompt: prompts.current }),
    cropSha256: null,
  };
}

type Record = NonNullable<ExampleQuestion['record']>;

function askedAtLine(example: Example, record: Record, prompts: Prompts) {
  const profile: Profile | undefined = Object.values(profiles).find(({ id }) => id === record.engine);
  const prompt = prompts.bySha256.get(record.promptSha256);
  if (profile?.drawing !== 'panels' || !prompt || example.recipe.sha256 !== example.recipeSha256) return null;
  return { profile, prompt };
}

interface Put {
  readonly example: Example;
  readonly view: ExampleView;
  readonly question: ExampleQuestion;
  readonly window: Box;
  readonly profile: Profile;
  readonly prompt: Prompt;
}

/** The other places of a view that somebody judged: a line that shows two would teach what nobody can know. */
function besideOf(question: ExampleQuestion, { questions }: ExampleView): readonly Beside[] {
  return questions.filter(({ id }) => id !== question.id);
}

function put({ example: { recipe }, view, question, window, profile, prompt }: Put) {
  const { id, label, score, box } = question;
  const withGolden = view.goldenSha256 !== null;
  const layout = layOutWindow(window, withGolden, profile);
  const labels = recipe.labels.map((rule) => rule.label);
  const { benignCauses, ask: mode, language } = recipe;
  const asked: Asked = { id, labels, benignCauses, layout, coordinates: profile.coordinates };
  const words = { id, label, score, box, mode, language, labels, benignCauses, golden: withGolden || null };
  const texts = renderTexts(words, layout, { profile, prompt });
  const answer = answerOf(question, asked, language);
  return { layout, profile, prompt, texts, terms: termsOf(asked), schemaSha256: schemaSha256Of(asked), answer };
}

/** Written with its keys in the order of generation, and read as the line reads answers. */
function answerOf({ id, answer }: ExampleQuestion, asked: Asked, language: 'en' | 'zh'): string | null {
  const { verdict, label, severity, box } = answer;
  const bbox_2d = box ? corners(box, asked) : [0, 0, 0, 0];
  const explanation = answer.explanation ?? plainWords(answer, language);
  const content = JSON.stringify({ id, verdict, bbox_2d, label, severity, explanation } satisfies Answer);
  return climb({ finishReason: 'stop', content }, asked).kind === 'finding' ? content : null;
}

function corners(box: Box, { layout, coordinates }: Asked): readonly number[] {
  const limit = answerLimits(layout, coordinates);
  const { x1, y1, x2, y2 } = toAnswer(box, layout, coordinates);
  const within = (value: number, most: number): number => Math.round(Math.max(0, Math.min(most, value)));
  return [within(x1, limit.x), within(y1, limit.y), within(x2, limit.x), within(y2, limit.y)];
}

function plainWords({ verdict, label }: ExampleQuestion['answer'], language: 'en' | 'zh'): string {
  if (verdict === 'uncertain') return language === 'zh' ? '没有看到缺陷。' : 'There is no defect to be seen.';
  return language === 'zh' ? `可以看到${label}。` : `A ${label} can be seen.`;
}

/** The same question is drawn the same way in every export. */
function seedOf(inspectionId: string, id: string): number {
  return createHash('sha256').update(`${inspectionId}/${id}`).digest().readUInt32BE(0) >>> 1;
}
