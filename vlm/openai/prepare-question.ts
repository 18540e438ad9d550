import { createHash } from 'node:crypto';
import type { Box } from '#detector/box.ts';
import { answerJsonSchema } from '#vlm/answer.schema.ts';
import { cropWindow, layOut, toAnswer, type SentLayout } from '#vlm/crop-window.ts';
import { termsOf, type Asked } from '#vlm/ladder.ts';
import { drawChannels } from '#vlm/openai/draw-channels.ts';
import { drawQuestion } from '#vlm/openai/draw-question.ts';
import { requestBody } from '#vlm/openai/request-body.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { renderPrompt } from '#vlm/prompt.ts';
import type { AskedImage, ReviewQuestion } from '#vlm/question.ts';
import type { Profile } from '#vlm/profiles.ts';
import type { ReviewRecord } from '#vlm/review.ts';

/** A question ready to be sent, with all that reading and recording its answer needs. */
export interface Prepared {
  readonly body: string;
  readonly asked: Asked;
  readonly image: AskedImage;
  readonly facts: Pick<
    ReviewRecord,
    | 'engine'
    | 'promptId'
    | 'promptSha256'
    | 'schemaSha256'
    | 'cropSha256'
    | 'sentWidthPx'
    | 'sentHeightPx'
    | 'seed'
    | 'window'
  >;
}

/** Cuts the window, draws the image and writes the request. The same question gives the same bytes. */
export async function prepareQuestion(question: ReviewQuestion, options: ReviewerOptions): Promise<Prepared> {
  const { profile, prompt } = options;
  const { coordinates } = profile;
  const seed = question.seed | 0;
  const window = cropWindow(question.box, question.viewImage, seed, question.beside);
  const layout = layOutWindow(window, question.golden !== null, profile);
  const { id, labels, benignCauses } = question;
  const asked: Asked = { id, labels, benignCauses, layout, coordinates };
  const draw = profile.drawing === 'channels' ? drawChannels : drawQuestion;
  const png = await draw(question.viewImage, question.golden, layout);
  const schema = answerJsonSchema(termsOf(asked));
  const texts = renderTexts(question, layout, options);
  const body = JSON.stringify(requestBody({ model: options.model, profile, texts, png, schema, seed: Math.abs(seed) }));
  return {
    body,
    asked,
    image: { png, window },
    facts: {
      engine: profile.id,
      promptId: prompt.id,
      promptSha256: prompt.sha256,
      schemaSha256: schemaSha256Of(asked),
      cropSha256: sha256(png),
      sentWidthPx: layout.image.widthPx,
      sentHeightPx: layout.image.heightPx,
      seed,
      window,
    },
  };
}

/** How the image of a question about a window is laid out under a profile. */
export function layOutWindow(window: Box, withGolden: boolean, profile: Profile): SentLayout {
  const { coordinates, drawing, imageTokens } = profile;
  return layOut(window, withGolden && drawing === 'panels', { factor: coordinates.factor, imageTokens });
}

/** The digest of an answer's schema, as records carry it. */
export function schemaSha256Of(asked: Asked): string {
  return sha256(JSON.stringify(answerJsonSchema(termsOf(asked))));
}

/** What the texts of a question say. */
export type QuestionWords = Pick<
  ReviewQuestion,
  'id' | 'label' | 'score' | 'box' | 'mode' | 'language' | 'labels' | 'benignCauses'
> & { readonly golden: unknown };

/** The texts of a question. */
export function renderTexts(
  question: QuestionWords,
  layout: SentLayout,
  { profile, prompt }: Pick<ReviewerOptions, 'profile' | 'prompt'>,
) {
  const { coordinates } = profile;
  const { x1, y1, x2, y2 } = toAnswer(question.box, layout, coordinates);
  return renderPrompt(
    prompt,
    {
      picture: question.golden ? 'golden' : 'single',
      claim: question.mode,
      units: coordinates.extent === null ? 'pixels' : 'shares',
      language: question.language,
    },
    {
      id: question.id,
      label: question.label,
      score: question.score.toFixed(2),
      box: `[${x1}, ${y1}, ${x2}, ${y2}]`,
      labels: question.labels.join(', '),
      benignCauses: question.benignCauses.join(', '),
      imageWidth: String(layout.image.widthPx),
      imageHeight: String(layout.image.heightPx),
      extent: String(coordinates.extent),
    },
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
