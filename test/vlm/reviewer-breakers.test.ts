import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreakers, type Breakers, type Ending } from '#vlm/openai/breakers.ts';
import type { Reviewer } from '#vlm/openai/reviewer-options.ts';
import { profiles } from '#vlm/profiles.ts';
import type { Reviewed } from '#vlm/question.ts';
import type { Finding, ReviewRecord, UnavailableReason } from '#vlm/review.ts';
import { startContractServer, type ContractServer } from '../support/contract-server.ts';
import { always, muchTooLate, never, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree, answer, lookElsewhere } from '../support/scripted-answers.ts';

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

const someFinding: Finding = {
  judgement: 'confirmed',
  label: 'spur',
  box: { x1: 1, y1: 1, x2: 2, y2: 2 },
  severity: 'major',
  explanation: '',
  confidence: null,
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
    'close again when the golden question is answered after the pause (%s)',
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

  it('keep the one for meaning open when the golden question gets no answer at all', async () => {
    server.play(bad['no-meaning']);
    const one = reviewerOf(server, { breakerLimits });
    await askTimes(one, 4);
    server.play(bad['no-answer']);
    const asked = server.requests.length;
    await expect
      .poll(async () => (await askTimes(one, 1)) && server.requests.length - asked, { timeout: 10_000 })
      .toBeGreaterThan(1);
    expect(one.health()).toMatchObject({ transport: 'closed', meaning: 'open' });
  });

  it('let no question of a part through after the pause, only the one golden question', async () => {
    server.play(bad['no-answer']);
    const one = reviewerOf(server, { breakerLimits });
    await askTimes(one, 3);
    const held = Promise.withResolvers<void>();
    server.play(async (request) => {
      await held.promise;
      return agree(request);
    });
    const asked = server.requests.length;
    await expect
      .poll(async () => (await askTimes(one, 1)).concat(String(server.requests.length - asked)), { timeout: 5000 })
      .toEqual(['breaker-open', '1']);
    expect(await askTimes(one, 5)).toEqual(Array<string>(5).fill('breaker-open'));
    expect(server.requests.slice(asked).map(({ id }) => id)).toEqual(['golden']);
    held.resolve();
    await expect.poll(() => Object.values(one.health()).includes('open')).toBe(false);
    expect(await askTimes(one, 1)).toEqual(['answered']);
  });

  it('stay open while the golden question is answered wrongly, whatever else the server can do', async () => {
    server.play(bad['no-meaning']);
    const one = reviewerOf(server, { breakerLimits });
    await askTimes(one, 4);
    server.play(lookElsewhere);
    const asked = server.requests.length;
    await expect
      .poll(async () => (await askTimes(one, 1)) && server.requests.length - asked, { timeout: 10_000 })
      .toBeGreaterThan(1);
    expect(await askTimes(one, 3)).toEqual(Array<string>(3).fill('breaker-open'));
    expect(one.health()).toMatchObject({ transport: 'closed', meaning: 'open' });
  });
});

describe('a breaker', () => {
  const limits = { transportInARow: 1, meaningShare: 0.5, meaningAmong: 4, halfOpenAfterMs: 100 };
  const ended =
    (reason: UnavailableReason, record: ReviewRecord | null = someRecord) =>
    async (): Promise<Reviewed> => ({
      review: { kind: 'unavailable', id: 'd1', reason, detail: '', record },
      asked: null,
    });
  let breakers: Breakers;
  let proof: Ending;
  let proofs: number;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    proof = 'good';
    proofs = 0;
    breakers = createBreakers(limits, () => {
      proofs += 1;
      return Promise.resolve(proof);
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function openMeaning(): Promise<void> {
    for (let count = 0; count < 4; count += 1) await breakers.run(ended('malformed'));
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
  }

  async function ask(): Promise<void> {
    expect(await breakers.run(ended('malformed'))).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('asks for no proof before its pause is over', async () => {
    await openMeaning();
    await ask();
    expect(proofs).toBe(0);
    vi.advanceTimersByTime(120);
    await ask();
    expect(proofs).toBe(1);
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'closed' });
  });

  it.each(['no-meaning', 'no-answer', 'unsent'] as const)(
    'for meaning stays open on a proof that ends %s',
    async (end) => {
      await openMeaning();
      vi.advanceTimersByTime(120);
      proof = end;
      await ask();
      expect(proofs).toBe(1);
      expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
    },
  );

  it('for transport closes on any answer to the proof; the one for meaning on the right one alone', async () => {
    await breakers.run(ended('timeout'));
    expect(breakers.state()).toEqual({ transport: 'open', meaning: 'closed' });
    vi.advanceTimersByTime(120);
    proof = 'no-meaning';
    await ask();
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'closed' });
  });

  it('is not moved by a question that was under way when it opened', async () => {
    const slow = Promise.withResolvers<Reviewed>();
    const straggler = breakers.run(() => slow.promise);
    await openMeaning();
    vi.advanceTimersByTime(120);
    slow.resolve({ review: { kind: 'answered', id: 'd1', finding: someFinding, record: someRecord }, asked: null });
    await straggler;
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'open' });
  });

  it('passes on what a question throws', async () => {
    await expect(breakers.run(() => Promise.reject(new Error('no crop')))).rejects.toThrow('no crop');
    expect(breakers.state()).toEqual({ transport: 'closed', meaning: 'closed' });
  });
});
