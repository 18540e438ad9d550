import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goldenQuestion } from '#vlm/openai/golden-question.ts';
import { shakeHands } from '#vlm/openai/shake-hands.ts';
import { profiles } from '#vlm/profiles.ts';
import { startContractServer, type ContractServer, type Manners, type Script } from '../support/contract-server.ts';
import { always, never, optionsOf } from '../support/reviewer-question.ts';
import { agree, answer, answerWithBox, doubt, lookElsewhere, sentOf } from '../support/scripted-answers.ts';

let server: ContractServer;

beforeEach(async () => {
  server = await startContractServer(agree);
});
afterEach(() => server[Symbol.asyncDispose]());

/** How llama-server counts under --image-min-tokens, and vLLM where max_pixels is small. */
const atLeast = (tokens: number) => (widthPx: number, heightPx: number) =>
  Math.max(tokens, (widthPx * heightPx) / 28 ** 2);
const atMost = (tokens: number) => (widthPx: number, heightPx: number) =>
  Math.min(tokens, (widthPx * heightPx) / 28 ** 2);
const qwen3 = (widthPx: number, heightPx: number) => Math.round(widthPx / 32) * Math.round(heightPx / 32);

describe('a handshake', () => {
  it.each(Object.values(profiles))('holds with a server as $id describes it', async (profile) => {
    await using own = await startContractServer(agree, profile.coordinates.factor);
    const options = { ...optionsOf(own), profile };
    expect(await shakeHands(options, never)).toMatchObject({ holds: true });
    expect(own.faults).toEqual([]);
  });

  it('holds with weights that write as much white space as the grammar of llama.cpp allows them', async () => {
    const space = `\n\n${' '.repeat(20)}`;
    server.behave({ held: ['', '{', '"held"', ':', '"yes"', '}'].join(space) });
    expect(await shakeHands(optionsOf(server), never)).toMatchObject({ holds: true });
  });

  it('tells weights apart that are served under one name', async () => {
    const first = await shakeHands(optionsOf(server), never);
    server.behave({ root: 'weights-2' });
    const second = await shakeHands(optionsOf(server), never);
    expect([first.holds, second.holds]).toEqual([true, true]);
    expect(first).not.toEqual(second);
  });

  it.each<{ name: string; manners?: Manners; script?: Script; step: string; says: string; wayOut: string }>([
    {
      name: 'offers other models',
      manners: { models: ['qwen', 'other'] },
      step: 'models',
      says: 'offers "qwen", "other", not "inspector-v1"',
      wayOut: '--served-model-name',
    },
    {
      name: 'enlarges small images',
      manners: { tokensOf: atLeast(1024) },
      step: 'tokens',
      says: 'must differ by 768 tokens and differ by 0',
      wayOut: '--mm-processor-kwargs',
    },
    {
      name: 'shrinks large images',
      manners: { tokensOf: atMost(600) },
      step: 'tokens',
      says: 'differ by 344',
      wayOut: 'max_pixels',
    },
    {
      name: 'is of another family',
      manners: { tokensOf: qwen3 },
      step: 'tokens',
      says: 'resizes',
      wayOut: 'Qwen3-VL: set HAIRLINE_VLM_PROFILE',
    },
    {
      name: 'tells no usage',
      manners: { tokensOf: null },
      step: 'tokens',
      says: 'usage.prompt_tokens',
      wayOut: '--mm',
    },
    {
      name: 'ignores the schema',
      manners: { held: 'hello' },
      step: 'schema',
      says: 'response_format',
      wayOut: '--structured-outputs-config.backend=xgrammar',
    },
    {
      name: 'puts a fence around what the schema holds it to',
      manners: { held: '```json\n{"held":"yes"}\n```' },
      step: 'schema',
      says: 'response_format',
      wayOut: 'xgrammar',
    },
    { name: 'sees nothing', script: doubt, step: 'golden', says: 'called uncertain', wayOut: 'HAIRLINE_VLM_PROFILE' },
    { name: 'sees it elsewhere', script: lookElsewhere, step: 'golden', says: 'elsewhere', wayOut: 'image processor' },
    {
      name: 'calls the defect harmless',
      script: (request) =>
        answer(answerWithBox(request, sentOf(request).box, { verdict: 'false_call', label: 'dust' })),
      step: 'golden',
      says: 'false-call dust',
      wayOut: 'HAIRLINE_VLM_PROFILE',
    },
    {
      name: 'counts pixels in thousandths',
      script: (request) => {
        const { layout, coordinates } = sentOf(request);
        expect(coordinates.extent).toBeNull();
        const good = answerWithBox(request, goldenQuestion.box);
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = good['bbox_2d'] as number[];
        const { widthPx, heightPx } = layout.image;
        const of = (value: number, side: number) => Math.round((value * 1000) / side);
        return answer({ ...good, bbox_2d: [of(x1, widthPx), of(y1, heightPx), of(x2, widthPx), of(y2, heightPx)] });
      },
      step: 'golden',
      says: 'golden image',
      wayOut: 'HAIRLINE_VLM_PROFILE',
    },
    {
      name: 'writes prose',
      script: always(answer('A disc.')),
      step: 'golden',
      says: 'malformed',
      wayOut: 'chat template',
    },
    {
      name: 'refuses our questions',
      script: always({ kind: 'status', status: 500 }),
      step: 'golden',
      says: 'http-status',
      wayOut: 'HAIRLINE_VLM_PROFILE',
    },
  ])('refuses a server that $name', async ({ manners = {}, script = agree, step, says, wayOut }) => {
    server.behave(manners);
    server.play(script);
    const shaken = await shakeHands(optionsOf(server), never);
    expect(shaken).toMatchObject({ holds: false, step });
    if (shaken.holds) return;
    expect(shaken.detail).toContain(says);
    expect(shaken.wayOut).toContain(wayOut);
  });

  it('names the flag of llama-server to llama-server', async () => {
    server.behave({ tokensOf: atLeast(1024) });
    const shaken = await shakeHands({ ...optionsOf(server), profile: profiles['llama-server/qwen2.5'] }, never);
    expect(shaken).toMatchObject({ holds: false, step: 'tokens' });
    expect(!shaken.holds && shaken.wayOut).toContain('without --image-min-tokens');
  });

  it('says that nobody is there', async () => {
    const shaken = await shakeHands({ ...optionsOf(server), baseUrl: 'http://127.0.0.1:9/v1' }, never);
    expect(shaken).toMatchObject({ holds: false, step: 'models' });
  });
});
