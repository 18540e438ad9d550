import { describe, expect, it } from 'vitest';
import { answerJsonSchema, type AnswerTerms } from '#vlm/answer.schema.ts';
import { verdictConfidence } from '#vlm/confidence.ts';
import { chatRequestSchema } from '#vlm/embedded/chat-request.schema.ts';
import type { EngineAnswer } from '#vlm/embedded/engine-messages.ts';
import { explain } from '#vlm/embedded/explain.ts';
import type { ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';
import { readRequest, type ReadRequest } from '#vlm/embedded/read-request.ts';
import { writeCompletion } from '#vlm/embedded/write-completion.ts';
import { drawQuestion } from '#vlm/openai/draw-question.ts';

const manifest: ReviewerManifest = {
  schemaVersion: 1,
  name: 'small',
  version: '1.0.0',
  architecture: 'small',
  parameters: 1,
  language: { file: 'a', sha256: '', bytes: 1 },
  vision: { file: 'b', sha256: '', bytes: 1 },
  sidePx: 112,
  labels: ['spur', 'open'],
  benignCauses: ['dust'],
  none: 'none',
  prompt: { pair: 'P<|vision_start|>', alone: 'A<|vision_start|>', after: '<|vision_end|>E' },
  training: { steps: 1, crops: 1, seed: 1, data: [] },
};

const facts = { id: 'c', model: 'small', created: 0 };
const written = '{"verdict":"defect","bbox_2d":[1,2,30,40],"label":"spur","severity":"major"}';
const texts = ['{"verdict":"', 'defect', '","bbox_2d":[1,2,30,40],"label":"spur","severity":"major', '"}'];
const answer: EngineAnswer = {
  text: written,
  tokens: texts.map((text) => ({
    text,
    alternatives:
      text === 'defect'
        ? [
            { text: 'defect', chance: 0.8 },
            { text: 'uncertain', chance: 0.2 },
          ]
        : [],
  })),
  ended: 'stop',
  textTokens: 15,
  cpuMs: 20,
};
const read: ReadRequest = {
  id: 'd"1',
  language: 'en',
  imageTokens: 16,
  question: { before: '', after: '', imageUrl: '', schema: {}, mostTokens: 64, alternatives: 5 },
};

const usualTerms: AnswerTerms = { labels: ['spur'], benignCauses: ['dust'], most: 112 };

async function pngUrl(widthPx: number, heightPx: number): Promise<string> {
  const image = { widthPx, heightPx, channels: 1, data: new Uint8Array(widthPx * heightPx).fill(128) } as const;
  const window = { x1: 0, y1: 0, x2: widthPx, y2: heightPx };
  const png = await drawQuestion(image, null, { window, panel: image, image });
  return `data:image/png;base64,${png.toString('base64')}`;
}

async function request(text: string, url: string, terms: AnswerTerms = usualTerms) {
  const schema = answerJsonSchema(terms);
  return chatRequestSchema.parse({
    model: 'small',
    messages: [
      { role: 'system', content: 'Inspect.' },
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
    response_format: { type: 'json_schema', json_schema: { schema } },
  });
}

interface Variant {
  readonly properties: {
    readonly verdict: { readonly const: string };
    readonly bbox_2d: { readonly prefixItems: readonly unknown[] };
    readonly label: { readonly enum: string[] };
  };
  readonly required: readonly string[];
}

/** What the engine may write, a verdict each. */
function variantsOf({ question }: ReadRequest): readonly Variant[] {
  return question.schema['anyOf'] as readonly Variant[];
}

describe('what goes to the engine', () => {
  it('is the prompt the model was trained on, and a schema of each verdict without id and explanation', async () => {
    const asked = await readRequest(await request('Place "d1" in Chinese: pair', await pngUrl(112, 112)), manifest);
    if (typeof asked === 'string') throw new Error(asked);
    expect(asked).toMatchObject({ id: 'd1', language: 'zh', imageTokens: 16 });
    expect(asked.question).toMatchObject({ before: 'P', after: 'E' });
    for (const one of variantsOf(asked)) expect(one.required).toEqual(['verdict', 'bbox_2d', 'label', 'severity']);
    const boxes = variantsOf(asked).map(({ properties }) => properties.bbox_2d.prefixItems);
    const number = { type: 'integer', minimum: 0, maximum: 112 };
    const [low, high] = [
      { ...number, maximum: 111 },
      { ...number, minimum: 1 },
    ];
    const [somewhere, nowhere] = [[low, low, high, high], Array.from({ length: 4 }, () => ({ const: 0 }))];
    expect(boxes).toEqual([somewhere, somewhere, nowhere]);
  });

  it('is held to the words the model knows and to those that fit the verdict, whatever else was asked', async () => {
    const terms = { labels: ['spur', 'weld-pore'], benignCauses: ['soot', 'dust'], most: 112 };
    const sent = await request('Place "d1" in English: pair', await pngUrl(112, 112), terms);
    const asked = await readRequest(sent, manifest);
    if (typeof asked === 'string') throw new Error(asked);
    const words = variantsOf(asked).map(({ properties: { verdict, label } }) => [verdict.const, label.enum]);
    expect(words).toEqual([
      ['defect', ['spur']],
      ['false_call', ['dust']],
      ['uncertain', ['none']],
    ]);
  });

  it.each([
    { name: 'another prompt', text: 'Judge this.', side: 112, says: 'embedded-1' },
    { name: 'a side that is no multiple of 28', text: 'Place "d1" in English: pair', side: 100, says: 'multiples' },
    { name: 'an image too large', text: 'Place "d1" in English: pair', side: 280, says: '100 tokens' },
  ])('is refused for $name', async ({ text, side, says }) => {
    expect(await readRequest(await request(text, await pngUrl(side, side)), manifest)).toContain(says);
  });

  it.each([
    { name: 'an address', url: 'https://example.org/a.png' },
    { name: 'bytes that are no image', url: 'data:image/png;base64,AAAA' },
  ])('is refused for $name in place of an image, which would end the engine', async ({ url }) => {
    const asked = await readRequest(await request('Place "d1" in English: alone', url), manifest);
    expect(asked).toContain('image');
  });
});

describe('what comes back', () => {
  it('is the answer with the id asked and a sentence to its label', () => {
    const { choices, usage } = writeCompletion(answer, read, facts);
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({
      id: 'd"1',
      verdict: 'defect',
      bbox_2d: [1, 2, 30, 40],
      label: 'spur',
      severity: 'major',
      explanation: 'Copper juts out of a conductor.',
    });
    expect(usage).toEqual({ prompt_tokens: 33, completion_tokens: 4, total_tokens: 37 });
  });

  it('has tokens that spell it, with the chances of the verdict', () => {
    const [choice] = writeCompletion(answer, read, facts).choices;
    const tokens = (choice?.logprobs?.content ?? []).map(({ token, top_logprobs: alternatives }) => ({
      token,
      alternatives,
    }));
    expect(verdictConfidence(choice?.message.content ?? '', tokens)).toBeCloseTo(0.8);
  });

  it('is told as cut off when it is', () => {
    const [choice] = writeCompletion({ ...answer, ended: 'length', text: '{"verdict":"' }, read, facts).choices;
    expect(choice?.finish_reason).toBe('length');
  });

  it.each([
    { verdict: 'defect', label: 'weld-pore', language: 'en', says: 'weld-pore' },
    { verdict: 'false_call', label: 'dust', language: 'zh', says: 'dust' },
    { verdict: 'uncertain', label: 'none', language: 'en', says: 'Neither' },
  ] as const)('explains $verdict and $label in $language', ({ verdict, label, language, says }) => {
    expect(explain(JSON.stringify({ verdict, label }), language)).toContain(says);
  });
});
