import { describe, expect, it } from 'vitest';
import { createAdmission, type Ticket } from '#vlm/openai/admission.ts';

const never = new AbortController().signal;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An admission with a clock that is set by hand, and questions that end when they are told to. */
function room(atOnce: number, waiting: number) {
  let nowMs = 0;
  const admission = createAdmission({ atOnce, waiting }, () => nowMs);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string, ticket: Partial<Ticket> = {}) => {
    const held = Promise.withResolvers<string>();
    ends.set(name, () => held.resolve('answered'));
    return admission.run({ score: 0.5, deadline: never, leftMs: 1000, ...ticket }, () => {
      started.push(name);
      return held.promise;
    });
  };
  const end = async (name: string, tookMs = 0) => {
    nowMs += tookMs;
    ends.get(name)?.();
    await settled();
  };
  return { ask, end, started };
}

describe('admission to the reviewer', () => {
  it('lets so many through at once, and the others in the order of their scores, the oldest first', async () => {
    const { ask, end, started } = room(2, 8);
    const all = [
      ask('a'),
      ask('b'),
      ask('weak', { score: 0.2 }),
      ask('strong', { score: 0.9 }),
      ask('strong too', { score: 0.9 }),
      ask('broken score', { score: Number.NaN }),
    ];
    await settled();
    expect(started).toEqual(['a', 'b']);
    for (const name of ['a', 'b', 'broken score', 'strong', 'strong too', 'weak']) await end(name);
    expect(started).toEqual(['a', 'b', 'broken score', 'strong', 'strong too', 'weak']);
    expect(await Promise.all(all)).toEqual(Array<string>(6).fill('answered'));
  });

  it('turns the lowest score away when the queue is full, be it the newcomer or one that waits', async () => {
    const { ask, end, started } = room(1, 1);
    const [first, waiting] = [ask('first'), ask('waiting', { score: 0.5 })];
    expect(await ask('weaker', { score: 0.4 })).toBe('queue-full');
    expect(await ask('alike', { score: 0.5 })).toBe('queue-full');
    const stronger = ask('stronger', { score: 0.6 });
    expect(await waiting).toBe('queue-full');
    await end('first');
    await end('stronger');
    expect(await Promise.all([first, stronger])).toEqual(['answered', 'answered']);
    expect(started).toEqual(['first', 'stronger']);
  });

  it('does not admit what by experience cannot be answered in the time left', async () => {
    const { ask, end, started } = room(1, 8);
    const learnt = ask('learnt');
    await settled();
    await end('learnt', 400);
    await learnt;
    const running = ask('running', { leftMs: 100 });
    await settled();
    expect(started).toEqual(['learnt', 'running']);
    expect(await ask('late', { leftMs: 700 })).toBe('not-admitted');
    const inTime = ask('in time', { leftMs: 900 });
    expect(await ask('behind it', { leftMs: 900, score: 0.4 })).toBe('not-admitted');
    await end('running');
    await end('in time');
    expect(await Promise.all([running, inTime])).toEqual(['answered', 'answered']);
  });

  it('always tries one when nothing is under way, so that a slow hour is forgotten', async () => {
    const { ask, end } = room(1, 8);
    const slow = ask('slow');
    await settled();
    await end('slow', 60_000);
    await slow;
    const again = ask('again', { leftMs: 10 });
    await end('again', 5);
    expect(await again).toBe('answered');
  });

  it('lets go of what runs out of time in the queue, and of its place', async () => {
    const { ask, end, started } = room(1, 1);
    const deadline = new AbortController();
    const first = ask('first');
    const late = ask('late', { deadline: deadline.signal });
    deadline.abort();
    expect(await late).toBe('timeout');
    const next = ask('next');
    await end('first');
    await end('next');
    expect(await Promise.all([first, next])).toEqual(['answered', 'answered']);
    expect(started).toEqual(['first', 'next']);
    expect(await ask('never', { deadline: AbortSignal.abort() })).toBe('timeout');
  });
});
