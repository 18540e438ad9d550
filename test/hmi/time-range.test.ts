import { expect, it } from 'vitest';
import { timeRange } from '#hmi/web/quality/time-range.ts';

it.each([
  { name: 'all points', first: 1000, last: 9000, range: [1000, 9000] },
  { name: 'the hours beside a single one', first: 36_000, last: 36_000, range: [32_400, 39_600] },
])('the time axis shows $name', ({ first, last, range }) => {
  expect(timeRange(first, last)).toEqual(range);
});
