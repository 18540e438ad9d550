import { describe, expect, it } from 'vitest';
import { oneAnswer } from '#hmi/server/one-answer.ts';

/** A question that is answered when the test says so, on a clock of the test. */
function asked(keptMs: number) {
  const open: PromiseWithResolvers<string>[] = [];
  const time = { ms: 0 };
  const make = () => {
    const answer = Promise.withResolvers<string>();
    open.push(answer);
    return answer.promise;
  };
  return { ...oneAnswer(make, { keptMs, clock: () => time.ms }), open, time };
}

describe('one answer for many who ask', () => {
  it('serves all who ask while it is made', async () => {
    const { ask, open } = asked(0);
    const all = Promise.all([ask(), ask(), ask()]);
    open[0]?.resolve('first');
    expect(await all).toEqual(['first', 'first', 'first']);
    expect(open.length).toBe(1);
  });

  it('serves who asks within its time, and no later', async () => {
    const { ask, open, time } = asked(1000);
    const first = ask();
    time.ms = 5000; // slow to make: its time begins when it is there
    open[0]?.resolve('first');
    await first;
    time.ms = 5999;
    expect(await ask()).toBe('first');
    time.ms = 6000;
    const second = ask();
    open[1]?.resolve('second');
    expect(await second).toBe('second');
  });

  it('is not kept where it is a fault', async () => {
    const { ask, open } = asked(1000);
    const first = ask();
    open[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = ask();
    open[1]?.resolve('back');
    expect(await second).toBe('back');
  });

  it('is made anew once it is forgotten, also while it is made', async () => {
    const { ask, forget, open } = asked(1000);
    const before = ask();
    forget();
    const after = ask();
    open[1]?.resolve('after');
    open[0]?.resolve('before');
    expect(await before).toBe('before');
    expect(await after).toBe('after');
    expect(await ask()).toBe('after');
  });
});
