import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { shakeHands } from '#vlm/openai/shake-hands.ts';
import { profiles } from '#vlm/profiles.ts';
import { keepEngine } from '#vlm/embedded/keep-engine.ts';
import { shippedReviewerDir } from '#vlm/embedded/load-manifest.ts';
import { startEmbeddedReviewer, type EmbeddedReviewer } from '#vlm/embedded/start-embedded-reviewer.ts';
import { warmUp } from '#vlm/embedded/warm-up.ts';
import { never, question } from '../support/reviewer-question.ts';
import { silentLog } from '../support/silent-log.ts';

const busyEngineFile = join(import.meta.dirname, '../support/busy-engine.ts');
const unreadable = {
  before: '',
  after: '',
  imageUrl: 'data:image/png;base64,AAAA',
  schema: { type: 'object' },
  mostTokens: 8,
  alternatives: 0,
};

let embedded: EmbeddedReviewer;
const prompt = await loadPromptFor(profiles['embedded/qwen2.5']);
const asked = { ...question, deadlineMs: 30_000 };

function start(modelDir: string, answerWithinMs = 30_000): Promise<EmbeddedReviewer> {
  return startEmbeddedReviewer({ modelDir, port: 0, threads: 1, log: silentLog, answerWithinMs });
}

function reviewerOf({ baseUrl, manifest }: EmbeddedReviewer) {
  return createReviewer({ baseUrl, model: manifest.name, profile: profiles['embedded/qwen2.5'], apiKey: null, prompt });
}

beforeAll(async () => {
  embedded = await start(shippedReviewerDir);
});
afterAll(() => embedded[Symbol.asyncDispose]());

describe('the embedded reviewer', () => {
  it.each([
    { name: 'a pair', changes: {} },
    { name: 'a part alone', changes: { golden: null } },
    { name: 'a question in Chinese', changes: { language: 'zh' as const } },
    { name: 'a long id', changes: { id: 'view-with-a-long-name-d12' } },
  ])('answers about $name through the client that asks the big one', async ({ changes }) => {
    const { review } = await reviewerOf(embedded).ask({ ...asked, ...changes }, never);
    if (review.kind !== 'answered') throw new Error(JSON.stringify(review));
    expect(review.id).toBe(changes.id ?? asked.id);
    expect(review.finding.explanation).not.toBe('');
    expect(review.finding.confidence).toBeGreaterThan(0);
    expect(review.record).toMatchObject({ model: 'hairline-embedded-reviewer', promptId: 'embedded-1', attempts: 1 });
    expect(review.record.promptTokens).toBe(33);
  });

  it('shakes hands like any other server', async () => {
    const { baseUrl, manifest } = embedded;
    const options = { baseUrl, model: manifest.name, profile: profiles['embedded/qwen2.5'], apiKey: null, prompt };
    expect(await shakeHands(options, never)).toMatchObject({ holds: true });
  });

  it('gives the same answer to the same question', async () => {
    const reviewer = reviewerOf(embedded);
    const raw = async () => (await reviewer.ask(asked, never)).review.record?.rawAnswer;
    expect(await raw()).toBe(await raw());
  });

  it('answers two edge nodes that ask at once, one after the other', async () => {
    const both = await Promise.all([1, 2].map(() => reviewerOf(embedded).ask(asked, never)));
    expect(both.map(({ review }) => review.kind)).toEqual(['answered', 'answered']);
  });

  it('answers the same after a hundred questions, when the context of its engine is another', async () => {
    const { ask } = reviewerOf(embedded);
    const said = async () => {
      const { review } = await ask(asked, never);
      return review.kind === 'answered' ? review.record.rawAnswer : review.reason;
    };
    const first = await said();
    for (let count = 0; count < 100; count += 1) expect(await said()).toBe(first);
  });

  it('is offered under its own name, not as the 7B', async () => {
    const models = (await (await fetch(`${embedded.baseUrl}/models`)).json()) as { data: { description: string }[] };
    expect(models.data[0]?.description).toBe('Qwen2.5-VL architecture, trained by Hairline, not Qwen2.5-VL-7B');
  });

  it('says which labels it knows when it knows none of those asked', async () => {
    const labels = { labels: ['weld-pore'], benignCauses: ['soot'] };
    const { review } = await reviewerOf(embedded).ask({ ...asked, ...labels }, never);
    expect(review).toMatchObject({ kind: 'unavailable', reason: 'http-status' });
    expect(review.kind === 'unavailable' && review.detail).toContain('knows none of the labels');
  });

  it('goes on after a client that left in mid-answer', async () => {
    await reviewerOf(embedded).ask({ ...asked, deadlineMs: 12 }, never);
    const { review } = await reviewerOf(embedded).ask(asked, never);
    expect(review.kind).toBe('answered');
  });
});

describe('an engine that fails', () => {
  it('is started again when it is killed in mid-answer; the question is decided in time', async () => {
    await using own = await start(shippedReviewerDir);
    const first = own.engine.pid();
    const answering = reviewerOf(own).ask({ ...asked, deadlineMs: 3000 }, never);
    setTimeout(() => first !== undefined && process.kill(first, 'SIGKILL'), 5);
    const { review } = await answering;
    expect(['answered', 'http-status', 'timeout']).toContain(review.kind === 'answered' ? 'answered' : review.reason);
    await expect
      .poll(async () => (await reviewerOf(own).ask(asked, never)).review.kind, { timeout: 60_000, interval: 200 })
      .toBe('answered');
    expect(own.engine.pid()).not.toBe(first);
  });

  it('is replaced when it says for ever that it is busy; the question is answered all the same', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hairline-busy-'));
    process.env['BUSY_ENGINE_SEEN'] = join(dir, 'seen');
    try {
      const options = { modelDir: shippedReviewerDir, threads: 1, log: silentLog, answerWithinMs: 30_000 };
      await using engine = await keepEngine({ ...options, engineFile: busyEngineFile });
      const first = engine.pid();
      await warmUp(engine, embedded.manifest);
      expect(engine.pid()).not.toBe(first);
    } finally {
      delete process.env['BUSY_ENGINE_SEEN'];
      await rm(dir, { recursive: true });
    }
  });

  it('is not asked again for a client that has left meanwhile', async () => {
    const options = { modelDir: shippedReviewerDir, threads: 1, log: silentLog, answerWithinMs: 30_000 };
    await using engine = await keepEngine(options);
    const first = engine.pid();
    const outcome = await engine.ask(unreadable, AbortSignal.abort());
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(engine.pid()).toBe(first);
  });

  it('is ended and started again when it hangs', async () => {
    await using own = await start(shippedReviewerDir, 4000);
    const first = own.engine.pid();
    if (first === undefined) throw new Error('no engine');
    process.kill(first, 'SIGSTOP');
    const { review } = await reviewerOf(own).ask({ ...asked, deadlineMs: 20_000 }, never);
    expect(review.kind === 'answered' || review.reason === 'http-status').toBe(true);
    await expect
      .poll(async () => (await reviewerOf(own).ask(asked, never)).review.kind, { timeout: 60_000, interval: 200 })
      .toBe('answered');
    expect(own.engine.pid()).not.toBe(first);
  });
});

describe('weights that are damaged', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hairline-reviewer-'));
    await cp(shippedReviewerDir, dir, { recursive: true });
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('are refused by their digest before an engine sees them', async () => {
    await truncate(join(dir, 'model.gguf'), 300_000);
    await expect(start(dir)).rejects.toMatchObject({ code: 'MODEL_DIGEST_MISMATCH' });
  });

  it('end the engine and nothing else, should a manifest vouch for them', async () => {
    const file = join(dir, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { language: { sha256: string } };
    manifest.language.sha256 = createHash('sha256')
      .update(await readFile(join(dir, 'model.gguf')))
      .digest('hex');
    await writeFile(file, JSON.stringify(manifest));
    await expect(start(dir)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('are named when they are not there', async () => {
    await rm(join(dir, 'mmproj.gguf'));
    await rm(join(dir, 'model.gguf'));
    await expect(start(dir)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });
});
