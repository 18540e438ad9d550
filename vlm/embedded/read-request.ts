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
  const { bbox_2d, label, severity, verdict } = request.response_format.json_schema.schema.properties;
  const known = label.enum.filter((one) => [...manifest.labels, ...manifest.benignCauses].includes(one));
  if (known.length === 0) {
    return `the embedded reviewer knows none of the labels ${label.enum.join(', ')}; it knows ${manifest.labels.join(', ')}`;
  }
  const tokens = await tokensOf(image.url);
  if (typeof tokens === 'string') return tokens;
  // Words it was not trained on would only take from those it knows.
  const properties = { verdict, bbox_2d, label: { ...label, enum: [...known, manifest.none] }, severity };
  return {
    id,
    language: language === 'Chinese' ? 'zh' : 'en',
    imageTokens: tokens,
    question: {
      before: untagged(shown === 'pair' ? manifest.prompt.pair : manifest.prompt.alone),
      after: untagged(manifest.prompt.after),
      imageUrl: image.url,
      schema: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
      mostTokens: request.max_completion_tokens,
      alternatives: request.logprobs ? Math.max(1, request.top_logprobs) : 0,
    },
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
