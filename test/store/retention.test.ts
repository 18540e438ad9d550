import { describe, expect, it } from 'vitest';
import { retentionCutoff } from '#store/cli/retention.ts';

describe('the time before which months are old', () => {
  it.each([
    ['in the middle of a month', '2026-05-20T12:00:00Z', 1, '2026-04-01'],
    ['on the 31st, where the month before has 30 days', '2026-05-31T12:00:00Z', 1, '2026-04-01'],
    ['on the 29th, where February has 28 days', '2026-03-29T00:00:00Z', 1, '2026-02-01'],
    ['on the last day of February', '2027-02-28T23:59:59Z', 3, '2026-11-01'],
    ['on the 31st, months away', '2026-08-31T23:59:59Z', 2, '2026-06-01'],
    ['on a first day', '2026-05-01T00:00:00Z', 1, '2026-04-01'],
    ['across a new year', '2026-01-31T08:00:00Z', 13, '2024-12-01'],
    ['into a leap year', '2024-03-31T08:00:00Z', 1, '2024-02-01'],
  ])('%s', (_, now, months, day) => {
    expect(retentionCutoff(new Date(now), months)).toBe(`${day}T00:00:00.000Z`);
  });
});
