import { describe, expect, it } from 'vitest';
import { shiftStart } from '#hmi/server/shift.ts';

const at = (text: string): Date => new Date(`2026-11-${text}`);

describe('the start of a shift', () => {
  it.each([
    { now: '20T06:00:00', start: '20T06:00:00' },
    { now: '20T13:59:59', start: '20T06:00:00' },
    { now: '20T14:00:00', start: '20T14:00:00' },
    { now: '20T22:30:00', start: '20T22:00:00' },
    { now: '21T00:10:00', start: '20T22:00:00' },
    { now: '21T05:59:59', start: '20T22:00:00' },
  ])('at $now is $start', ({ now, start }) => {
    expect(shiftStart(at(now))).toEqual(at(start));
  });
});
