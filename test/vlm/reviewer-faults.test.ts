import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import { startContractServer, type ContractServer, type Reaction, type Script } from '../support/contract-server.ts';
import { always, muchTooLate, never, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree, answer, answerWithBox, sentOf } from '../support/scripted-answers.ts';

let server: ContractServer;

beforeEach(async () => {
  server = await startContractServer(agree);
});
afterEach(() => server[Symbol.asyncDispose]());

function ask(changes: Partial<ReviewQuestion> = {}, options: Partial<ReviewerOptions> = {}) {
  return reviewerOf(server, options).ask({ ...question, ...changes }, never);
}

const spoil =
  (change: (good: Record<string, unknown>) => unknown): Script =>
  (request) =>
    answer(change(answerWithBox(request, sentOf(request).box)));
describe('every fault ends as unavailable with its reason, and nothing is thrown', () => {
  it.each<{ name: string; script: Script; reason: string; requests?: number; raw?: boolean }>([
    { name: 'prose instead of JSON', script: always(answer('No defects found.')), reason: 'malformed', raw: true },
    {
      name: 'truncated JSON that calls itself complete',
      script: spoil((good) => JSON.stringify(good).slice(0, 40)),
      reason: 'malformed',
      raw: true,
    },
    {
      name: 'cut off at the token limit',
      script: always({ kind: 'answer', content: '{"id":"top-d1","ver', finishReason: 'length' }),
      reason: 'truncated',
      raw: true,
    },
    {
      name: 'white space until the token limit',
      script: always({ kind: 'answer', content: `{${' '.repeat(900)}`, finishReason: 'length' }),
      reason: 'truncated',
      raw: true,
    },
    {
      name: 'the engine gave up',
      script: always({ kind: 'answer', content: '', finishReason: 'abort' }),
      reason: 'engine-failed',
      raw: true,
    },
    { name: 'a key too many', script: spoil((good) => ({ ...good, decision: 'accept' })), reason: 'schema', raw: true },
    {
      name: 'the id of another detection',
      script: spoil((good) => ({ ...good, id: 'top-d9' })),
      reason: 'wrong-id',
      raw: true,
    },
    { name: 'two answers', script: spoil((good) => [good, good]), reason: 'schema', raw: true },
    {
      name: 'a box in the golden half',
      script: spoil((good) => ({ ...good, bbox_2d: [700, 10, 800, 90] })),
      reason: 'box-outside',
      raw: true,
    },
    {
      name: 'swapped corners',
      script: spoil((good) => ({ ...good, bbox_2d: [300, 300, 100, 100] })),
      reason: 'box-outside',
      raw: true,
    },
    { name: 'no chat completion', script: always({ kind: 'body', body: '{"choices":[]}' }), reason: 'malformed' },
    { name: 'a page of HTML', script: always({ kind: 'body', body: '<html>proxy</html>' }), reason: 'malformed' },
    { name: 'a body without end', script: always({ kind: 'body', body: ' '.repeat(2_000_000) }), reason: 'malformed' },
    { name: 'a request refused', script: always({ kind: 'status', status: 400 }), reason: 'http-status' },
    { name: 'an unknown model', script: always({ kind: 'status', status: 404 }), reason: 'http-status' },
    { name: 'no room, twice', script: always({ kind: 'status', status: 429 }), reason: 'http-status', requests: 2 },
    {
      name: 'out of service, twice',
      script: always({ kind: 'status', status: 503 }),
      reason: 'http-status',
      requests: 2,
    },
    { name: 'a connection that breaks, twice', script: always({ kind: 'reset' }), reason: 'transport', requests: 2 },
    {
      name: 'a connection that breaks in the answer, twice',
      script: always({ kind: 'reset', afterBytes: 200 }),
      reason: 'transport',
      requests: 2,
    },
  ])('$name: $reason', async ({ script, reason, requests = 1, raw = false }) => {
    server.play(script);
    const { review } = await ask();
    expect(review).toMatchObject({ kind: 'unavailable', id: 'top-d1', reason });
    expect(review.record?.rawAnswer !== null).toBe(raw);
    expect(review.record?.attempts).toBe(requests);
    expect(server.requests).toHaveLength(requests);
    expect(server.faults).toEqual([]);
  });

  it('no server there: transport', async () => {
    const { review } = await ask({}, { baseUrl: 'http://127.0.0.1:9/v1' });
    expect(review).toMatchObject({ kind: 'unavailable', reason: 'transport' });
  });

  it('a late answer: timeout, and the server sees that nobody waits', async () => {
    server.play(muchTooLate);
    const { review, asked } = await ask({ deadlineMs: 1500 });
    expect(review).toMatchObject({ kind: 'unavailable', reason: 'timeout', record: { rawAnswer: null } });
    expect(asked).not.toBeNull();
  });

  it('a stop in the middle of a question: timeout', async () => {
    const stop = new AbortController();
    server.play((request) => {
      stop.abort();
      return muchTooLate(request);
    });
    expect((await reviewerOf(server).ask(question, stop.signal)).review).toMatchObject({ reason: 'timeout' });
  });

  it('no time left at all: timeout, and nothing is asked', async () => {
    expect((await ask({ deadlineMs: 0 })).review).toMatchObject({ reason: 'timeout', record: null });
    expect(server.requests).toHaveLength(0);
  });
});

describe('a second try', () => {
  it.each<{ name: string; first: Reaction }>([
    { name: 'no room', first: { kind: 'status', status: 503 } },
    { name: 'a broken connection', first: { kind: 'reset' } },
  ])('is taken after $name, and its answer counts', async ({ first }) => {
    server.play((request) => (request.number === 1 ? first : agree(request)));
    expect((await ask()).review).toMatchObject({ kind: 'answered', record: { attempts: 2 } });
  });

  it('is never taken after an answer that means nothing: the same question would get the same answer', async () => {
    server.play((request) => (request.number === 1 ? answer('') : agree(request)));
    expect((await ask()).review).toMatchObject({ reason: 'malformed', record: { attempts: 1 } });
  });
});
