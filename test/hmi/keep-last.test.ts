import { describe, expect, it } from 'vitest';
import { keepLast } from '#hmi/server/keep-last.ts';

/** Keeps up to ten bytes of texts; an empty one is not kept. Counts what was made. */
function kept() {
  const made: string[] = [];
  const keep = keepLast<string>({ bytesAtMost: 10, bytesOf: (text) => (text === '' ? null : text.length) });
  const ask = (key: string, text: string): Promise<string> =>
    keep(key, async () => {
      made.push(key);
      return text;
    });
  return { ask, made };
}

describe('what is kept of what was made', () => {
  it('is made once for all who ask, meanwhile and after', async () => {
    const { ask, made } = kept();
    expect(await Promise.all([ask('a', 'four'), ask('a', 'four')])).toEqual(['four', 'four']);
    expect(await ask('a', 'four')).toBe('four');
    expect(made).toEqual(['a']);
  });

  it('gives way to others by when it was used last', async () => {
    const { ask, made } = kept();
    await ask('a', 'four');
    await ask('b', 'four');
    await ask('a', 'four');
    await ask('c', 'four'); // twelve bytes: b goes
    await ask('a', 'four');
    await ask('b', 'four');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it.each([
    { name: 'larger than all that may be kept', text: 'eleven byte' },
    { name: 'said not to be worth it', text: '' },
  ])('leaves out what is $name', async ({ text }) => {
    const { ask, made } = kept();
    await ask('a', text);
    await ask('a', text);
    expect(made).toEqual(['a', 'a']);
  });
});
