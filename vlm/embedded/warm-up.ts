import sharp from 'sharp';
import { answerJsonSchema } from '#vlm/answer.schema.ts';
import { chatRequestSchema } from '#vlm/embedded/chat-request.schema.ts';
import type { KeptEngine } from '#vlm/embedded/keep-engine.ts';
import type { ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';
import { readRequest } from '#vlm/embedded/read-request.ts';

/** One question about a grey image, so that the first part does not wait for what is only built once. Throws if it fails. */
export async function warmUp(engine: KeptEngine, manifest: ReviewerManifest): Promise<void> {
  const { sidePx, labels, benignCauses } = manifest;
  const grey = { width: sidePx, height: sidePx, channels: 3, background: '#808080' } as const;
  const png = await sharp({ create: grey }).png().toBuffer();
  const request = chatRequestSchema.parse({
    model: manifest.name,
    messages: [
      { role: 'system', content: 'Inspect.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Place "w" in English: alone' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png.toString('base64')}` } },
        ],
      },
    ],
    response_format: {
      type: 'json_schema',
      json_schema: { schema: answerJsonSchema({ labels, benignCauses, most: sidePx }) },
    },
    logprobs: true,
    top_logprobs: 5,
  });
  const read = await readRequest(request, manifest);
  if (typeof read === 'string') throw new Error(read);
  const outcome = await engine.ask(read.question, AbortSignal.timeout(30_000));
  if (outcome.kind === 'failed') throw new Error(`the engine does not answer: ${outcome.detail}`);
}
