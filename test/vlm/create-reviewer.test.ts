import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { profiles } from '#vlm/profiles.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import { startContractServer, type ContractServer, type Script } from '../support/contract-server.ts';
import { never, prompt, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree, answer, answerWithBox, doubt, lookElsewhere, sentOf } from '../support/scripted-answers.ts';

let server: ContractServer;

beforeEach(async () => {
  server = await startContractServer(agree);
});
afterEach(() => server[Symbol.asyncDispose]());

function ask(changes: Partial<ReviewQuestion> = {}, options: Partial<ReviewerOptions> = {}) {
  return reviewerOf(server, options).ask({ ...question, ...changes }, never);
}

describe('an answer that keeps the contract', () => {
  it.each(Object.values(profiles))(
    'comes back as a finding at its place in the frame, through $id',
    async (profile) => {
      await using own = await startContractServer(agree, profile.coordinates.factor);
      const options = { baseUrl: own.baseUrl, onAsked: own.onAsked, profile };
      const { review } = await ask({}, options);
      expect(own.faults).toEqual([]);
      expect(review).toMatchObject({
        kind: 'answered',
        id: 'top-d1',
        finding: { judgement: 'confirmed', label: 'spur' },
      });
      const box = review.kind === 'answered' ? review.finding.box : null;
      for (const key of ['x1', 'y1', 'x2', 'y2'] as const) {
        expect(Math.abs((box?.[key] ?? 0) - question.box[key])).toBeLessThanOrEqual(1);
      }
    },
  );

  it.each([
    { name: 'a box elsewhere', script: lookElsewhere, finding: { judgement: 'confirmed' } },
    { name: 'no opinion', script: doubt, finding: { judgement: 'uncertain', label: 'none', box: null } },
    {
      name: 'a benign cause',
      script: ((request) =>
        answer(
          answerWithBox(request, sentOf(request).box, { verdict: 'false_call', label: 'dust', severity: 'minor' }),
        )) satisfies Script,
      finding: { judgement: 'false-call', label: 'dust', severity: 'minor' },
    },
  ])('may say $name: to judge that is up to the rules', async ({ script, finding }) => {
    server.play(script);
    expect((await ask()).review).toMatchObject({ kind: 'answered', finding });
  });

  it('is recorded with everything needed to ask again', async () => {
    const { review, asked } = await ask();
    const cropSha256 = createHash('sha256')
      .update(asked?.png ?? '')
      .digest('hex');
    expect(review.record).toMatchObject({
      model: 'inspector-v1',
      engine: 'vllm/qwen2.5',
      promptId: prompt.id,
      promptSha256: prompt.sha256,
      cropSha256,
      sentWidthPx: 1232,
      sentHeightPx: 616,
      seed: 77,
      promptTokens: 1200,
      completionTokens: 60,
      attempts: 1,
      window: asked?.window,
    });
    expect(JSON.parse(review.record?.rawAnswer ?? '')).toMatchObject({ id: 'top-d1', verdict: 'defect' });
    expect(server.requests[0]?.png.equals(Buffer.from(asked?.png ?? []))).toBe(true);
  });

  it('carries the confidence of its verdict where the server gives chances, and null where not', async () => {
    server.play((request) => {
      const content = JSON.stringify(answerWithBox(request, sentOf(request).box));
      const at = content.indexOf('defect"');
      const chance = (token: string, ...top: [string, number][]) => ({
        token,
        logprob: -0.1,
        top_logprobs: top.map(([text, share]) => ({ token: text, logprob: Math.log(share) })),
      });
      const verdict = chance('defect', ['defect', 0.7], ['false', 0.2], ['un', 0.1]);
      const logprobs = { content: [chance(content.slice(0, at)), verdict, chance(content.slice(at + 6))] };
      return { kind: 'answer', content, logprobs };
    });
    const { review } = await ask();
    expect(review.kind === 'answered' && review.finding.confidence).toBeCloseTo(0.7, 6);
    server.play(agree);
    const plain = (await ask()).review;
    expect(plain.kind === 'answered' && plain.finding.confidence).toBeNull();
  });
});

describe('a request', () => {
  it('is the same bytes for the same question, and another crop for another seed', async () => {
    await ask();
    await ask();
    await ask({ seed: 78 });
    const [first, again, other] = server.requests;
    expect(again?.body).toEqual(first?.body);
    expect(other?.png.equals(first?.png ?? Buffer.alloc(0))).toBe(false);
    expect(first?.headers['x-request-id']).toBe(again?.headers['x-request-id']);
    expect(first?.headers.authorization).toBe('Bearer secret');
  });

  it('never tells where the detector looked, unless the mode is anchored', async () => {
    await ask();
    await ask({ mode: 'anchored' });
    const [named, anchored] = server.requests.map((request) => {
      const box = answerWithBox(request, question.box)['bbox_2d'];
      return request.text.includes(`[${(box as number[]).join(', ')}]`);
    });
    expect([named, anchored]).toEqual([false, true]);
  });

  it('shows the part alone, at more tokens, where there is no golden sample', async () => {
    const { review } = await ask({ golden: null });
    expect(review.record).toMatchObject({ sentWidthPx: 896, sentHeightPx: 896 });
    expect(server.requests[0]?.text).not.toContain('two halves');
  });

  it('holds the server to the keys in their order', async () => {
    await ask();
    const { schema } = server.requests[0]?.body.response_format.json_schema ?? {};
    expect(schema).toMatchObject({ additionalProperties: false });
    expect(Object.keys(schema?.['properties'] ?? {})).toEqual(schema?.['required']);
    expect(schema?.['required']).toEqual(['id', 'verdict', 'bbox_2d', 'label', 'severity', 'explanation']);
  });
});
