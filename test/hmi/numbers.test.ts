import { beforeAll, describe, expect, it } from 'vitest';
import { percentDown, withLocalTimes } from '#hmi/web/texts/numbers.ts';
import { loadTexts } from '#hmi/web/texts/texts.ts';

describe('a text of another process', () => {
  beforeAll(() => loadTexts('en'));

  it.each([
    { text: 'locked since 2026-11-22T10:03:33.731Z: fail-streak (5)', without: '2026-11-22T10:03:33.731Z' },
    { text: 'from 2026-11-22T10:03:33Z to 2026-11-22T11:03:33Z', without: 'Z' },
  ])('shows its instants as a person reads them: $text', ({ text, without }) => {
    const shown = withLocalTimes(text);
    expect(shown).not.toContain(without);
    expect(shown).toContain('Nov');
  });

  it('is left as it is where it has none', () => {
    expect(withLocalTimes('2026-11 is no instant')).toBe('2026-11 is no instant');
  });
});

describe('a share that is compared with a limit', () => {
  beforeAll(() => loadTexts('en'));

  it.each([
    [0.7963, '79%'],
    [0.8, '80%'],
    [0.29, '29%'],
    [1, '100%'],
  ])('%f is never rounded up to it: %s', (share, shown) => {
    expect(percentDown(share)).toBe(shown);
  });
});
