import sharp from 'sharp';
import { imageTokens } from '#vlm/embedded/engine.ts';
import type { EngineQuestion } from '#vlm/embedded/engine-messages.ts';
import type { ChatRequest } from '#vlm/embedded/chat-request.schema.ts';
import type { ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';

/** A request as the engine can answer it. What the model is not asked, id and language, is kept for the answer's text. */
export interface ReadRequest {
  readonly id: string;
  readonly language: 'en' | 'zh';
  readonly question: EngineQuestion;
  readonly imageTokens: number;
}

/** Side of an image token in px. */
const factor = 28;

/** Reads a request of the prompt embedded-1; a sentence where it cannot be answered. */
export async function readRequest(request: ChatRequest, manifest: ReviewerManifest): Promise<ReadRequest | string> {
  const [{ text }, { image_url: image }] = request.messages[1].content;
  const place = /^Place "([^"]{1,64})" in (English|Chinese): (pair|alone)$/.exec(text);
  if (!place) return 'the embedded reviewer answers the prompt embedded-1 only';
  const [, id = '', language, shown] = place;
  const { properties } = request.response_format.json_schema.schema;
  const asked = properties.label.enum;
  const schema = answerSchema(properties, manifest);
  if (schema === null) {
    return `the embedded reviewer knows none of the labels ${asked.join(', ')}; it knows ${manifest.labels.join(', ')}`;
  }
  const tokens = await tokensOf(image.url);
  if (typeof tokens === 'string') return tokens;
  return {
    id,
    language: language === 'Chinese' ? 'zh' : 'en',
    imageTokens: tokens,
    question: {
      before: untagged(shown === 'pair' ? manifest.prompt.pair : manifest.prompt.alone),
      after: untagged(manifest.prompt.after),
      imageUrl: image.url,
      schema,
      mostTokens: request.max_completion_tokens,
      alternatives: request.logprobs ? Math.max(1, request.top_logprobs) : 0,
    },
  };
}

type Properties = ChatRequest['response_format']['json_schema']['schema']['properties'];

/**
 * What the engine is held to while it writes: a verdict with the labels that fit it, and no box where there is nothing to
 * be seen; a box elsewhere ends beyond its beginning at least. Words the model was not trained on would only take from those it knows. Null where it knows none of the asked.
 */
function answerSchema({ bbox_2d, label, severity }: Properties, manifest: ReviewerManifest) {
  const known = (words: readonly string[]): readonly string[] => label.enum.filter((one) => words.includes(one));
  const most = bbox_2d.items.maximum;
  const [low, high] = [
    { ...bbox_2d.items, maximum: most - 1 },
    { ...bbox_2d.items, minimum: 1 },
  ];
  const somewhere = { type: 'array', prefixItems: [low, low, high, high] };
  const nowhere = { type: 'array', prefixItems: Array.from({ length: 4 }, () => ({ const: 0 })) };
  const said = [
    { verdict: 'defect', box: somewhere, labels: known(manifest.labels) },
    { verdict: 'false_call', box: somewhere, labels: known(manifest.benignCauses) },
    { verdict: 'uncertain', box: nowhere, labels: [manifest.none] },
  ].filter(({ labels }) => labels.length > 0);
  if (said.length === 1) return null;
  return {
    anyOf: said.map(({ verdict, box, labels }) => {
      const properties = { verdict: { const: verdict }, bbox_2d: box, label: { ...label, enum: labels }, severity };
      return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
    }),
  };
}

/** The engine puts the marks around an image itself. */
function untagged(text: string): string {
  return text.replaceAll(/<\|vision_(?:start|end)\|>/g, '');
}

/** Image tokens of a data URL; a sentence where the engine could not take the image, which would end its process. */
async function tokensOf(url: string): Promise<number | string> {
  const encoded = /^data:image\/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)$/.exec(url)?.[1];
  if (encoded === undefined) return 'the image must be a data URL of a PNG or JPEG';
  try {
    const { info } = await sharp(Buffer.from(encoded, 'base64')).raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const tokens = (width * height) / (factor * factor);
    if (width % factor !== 0 || height % factor !== 0)
      return `the sides ${width} x ${height} are no multiples of ${factor}`;
    if (tokens < imageTokens.least || tokens > imageTokens.most)
      return `an image of ${tokens} tokens was sent; ${imageTokens.least} to ${imageTokens.most} are taken`;
    return tokens;
  } catch (error) {
    return `the image cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
}
