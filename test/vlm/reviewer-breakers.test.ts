import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreakers, type Breakers } from '#vlm/openai/breakers.ts';
import type { Reviewer } from '#vlm/openai/reviewer-options.ts';
import { profiles } from '#vlm/profiles.ts';
import type { Reviewed } from '#vlm/question.ts';
import type { ReviewRecord, UnavailableReason } from '#vlm/review.ts';
import { startContractServer, type ContractServer } from '../support/contract-server.ts';
import { always, muchTooLate, never, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree, answer } from '../support/scripted-answers.ts';

const someRecord: ReviewRecord = {
  model: 'inspector-v1',
  engine: 'vllm/qwen2.5',
  promptId: 'inspect-1',
  promptSha256: '',
  schemaSha256: '',
  cropSha256: '',
  sentWidthPx: 56,
  sentHeightPx: 56,
  seed: 1,
  rawAnswer: null,
  latencyMs: 1,
  promptTokens: null,
  completionTokens: null,
  attempts: 1,
};

let server: ContractServer;

beforeEach(async () => {
  server = await startContractServer(agree);
});
afterEach(() => server[Symbol.asyncDispose]());

describe('many questions at once', () => {
  const narrow = { ...profiles['vllm/qwen2.5'], atOnce: 1, waiting: 2 };

  it('wait in a bounded queue, and beyond it are turned away', async () => {
    const one = reviewerOf(server, { profile: narrow });
    const reviews = await Promise.all([1, 2, 3, 4, 5].map((seed) => one.ask({ ...question, seed }, never)));
    expect(reviews.map(({ review }) => (review.kind === 'answered' ? 'answered' : review.reason))).toEqual([
      'answered',
      'answered',
      'answered',
      'queue-full',
      'queue-full',
    ]);
    expect(one.health()).toMatchObject({ answered: 3, unavailable: { 'queue-full': 2 } });
  });

  it('run out of time in the queue too', async () => {
    server.play(muchTooLate);
    const one = reviewerOf(server, { profile: narrow });
    const [first, second] = await Promise.all(
      [1, 2].map((seed) => one.ask({ ...question, seed, deadlineMs: 1500 }, never)),
    );
    expect([first?.review, second?.review]).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout', record: null }]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('the breakers', () => {
  const breakerLimits = { transportInARow: 3, meaningShare: 0.5, meaningAmong: 4, halfOpenAfterMs: 100 };
  const bad = { 'no-answer': always({ kind: 'status', status: 500 }), 'no-meaning': always(answer('nonsense')) };

  async function askTimes(one: Reviewer, times: number): Promise<string[]> {
    const reasons: string[] = [];
    for (let count = 0; count < times; count += 1) {
      const { review } = await one.ask(question, never);
      reasons.push(review.kind === 'answered' ? 'answered' : review.reason);
    }
    return reasons;
  }

  it('open after failures in a row, keep questions from the server, and close on the first good answer', async () => {
    server.play(bad['no-answer']);
    const one = reviewerOf(server, { breakerLimits: { ...breakerLimits, halfOpenAfterMs: 60_000 } });
    expect(await askTimes(one, 5)).toEqual([...Array<string>(3).fill('http-status'), 'breaker-open', 'breaker-open']);
    expect(server.requests).toHaveLength(3);
    expect(one.health()).toMatchObject({ transport: 'open', meaning: 'closed' });
  });

  it('open on meaningless answers alone, and say which of the two it is', async () => {
    server.play(bad['no-meaning']);
    const one = reviewerOf(server, { breakerLimits: { ...breakerLimits, halfOpenAfterMs: 60_000 } });
    expect(await askTimes(one, 5)).toEqual([...Array<string>(4).fill('malformed'), 'breaker-open']);
    expect(one.health()).toMatchObject({ transport: 'closed', meaning: 'open' });
  });

  it.each(['no-answer', 'no-meaning'] as const)(
    'close again when a question after the pause is answered (%s)',
    async (kind) => {
      server.play(bad[kind]);
      const one = reviewerOf(server, { breakerLimits });
      await askTimes(one, 4);
      expect(Object.values(one.health())).toContain('open');
      server.play(agree);
      await expect.poll(() => askTimes(one, 1), { timeout: 5000 }).toEqual(['answered']);
      expect(one.health()).toMatchObject({ transport: 'closed', meaning: 'closed' });
    },
  );

  it('keep the one for meaning open when the question after the pause gets no answer at all', async () => {
    server.play(bad['no-meaning']);
    const one = reviewerOf(server, { breakerLimits });
    await askTimes(one, 4);
    server.play(bad['no-answer']);
    await expect.poll(() => askTimes(one, 1), { timeout: 5000 }).toEqual(['http-status']);
    expect(one.health()).toMatchObject({ transport: 'closed', meaning: 'open' });
  });

  it('let one question through after the pause, and no other meanwhile', async () => {
    server.play(bad['no-answer']);
    const one = reviewerOf(server, { breakerLimits });
    await askTimes(one, 3);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.play(async (request) => {
      await held;
      return agree(request);
    });
    const asked = server.requests.length;
    const probes: ReturnType<Reviewer['ask']>[] = [];
    const probe = (): number => {
      probes.push(one.ask(question, never));
      return server.requests.length - asked;
    };
    await expect.poll(probe, { timeout: 5000 }).toBe(1);
    expect((await one.ask(question, never)).review).toMatchObject({ reason: 'breaker-open' });
    release();
    const reviews = await Promise.all(probes);
    expect(reviews.filter(({ review }) => review.kind === 'answered')).toHaveLength(1);
  });
});

describe('the breaker for meaning, half open,', () => {
  const limits = { transportInARow: 1, meaningShare: 0.5, meaningAmong: 4, halfOpenAfterMs: 100 };
  const ended =
    (reason: UnavailableReason, record: ReviewRecord | null = someRecord) =>
    async (): Promise<Reviewed> => ({
      review: { kind: 'unavailable', id: 'd1', reason, detail: '', record },
      asked: null,
    });
  let breakers: Breakers;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    breakers = createBreakers(limits);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function openMeaning(): Promise<void> {
    for (let count = 0; count < 4; count += 1) await breakers.run(ended('malformed'));
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
  }

  it('is not closed by a question that the other one turns away', async () => {
    const slow = Promise.withResolvers<Reviewed>();
    const straggler = breakers.run(() => slow.promise);
    await openMeaning();
    vi.advanceTimersByTime(80);
    slow.resolve(await ended('timeout')());
    await straggler;
    expect(breakers.state()).toEqual({ transport: 'open', meaning: 'open' });
    vi.advanceTimersByTime(40);
    expect(await breakers.run(ended('malformed'))).toBeNull();
    expect(breakers.state()).toEqual({ transport: 'open', meaning: 'open' });
  });

  it('is not closed by a question that cannot be put together', async () => {
    await openMeaning();
    vi.advanceTimersByTime(120);
    await expect(breakers.run(() => Promise.reject(new Error('no crop')))).rejects.toThrow('no crop');
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
  });

  it('is not closed by a question that had no time left to be sent', async () => {
    await openMeaning();
    vi.advanceTimersByTime(120);
    expect((await breakers.run(ended('timeout', null)))?.review).toMatchObject({ reason: 'timeout' });
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
  });
});
