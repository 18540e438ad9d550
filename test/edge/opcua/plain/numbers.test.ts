import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAfter, frameIdOf, shotOf } from '#edge/opcua/plain/frame-number.ts';
import { nextEpoch, type CountPosition } from '#edge/opcua/plain/next-epoch.ts';

describe('frames of a counted camera', () => {
  it('have numbers from 1 without a hole over all views', () => {
    const shots = [1, 2].flatMap((count) => [0, 1, 2].map((view) => ({ count, view })));
    expect(shots.map((shot) => frameIdOf(shot, 3))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are found again by their number', () => {
    const whole = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), whole, fc.nat(4), (count, views, view) => {
        const shot = { count, view: view % views };
        expect(shotOf(frameIdOf(shot, views), views)).toEqual(shot);
      }),
    );
  });

  it('begin after a number with the least count that lies above it', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 5 }), fc.nat(4), (after, views, seed) => {
        const view = seed % views;
        const count = countAfter(after, view, views);
        expect(frameIdOf({ count, view }, views)).toBeGreaterThan(after);
        expect(count === 1 || frameIdOf({ count: count - 1, view }, views) <= after).toBe(true);
      }),
    );
  });
});

describe('the epoch of a counted camera', () => {
  const now = new Date('2026-01-02T03:04:05.000Z');
  it.each<[string, CountPosition | null, readonly [string, number], string]>([
    ['is what the camera shows of its start', null, ['S1', 7], 'S1'],
    ['stays while the counter goes on', { epoch: 'S1', count: 7 }, ['S1', 9], 'S1'],
    ['changes with the start of the camera', { epoch: 'S1', count: 7 }, ['S2', 9], 'S2'],
    ['changes when the counter runs back', { epoch: 'S1', count: 7 }, ['S1', 2], 'S1+2026-01-02T03:04:05.000Z'],
    ['stays after that, too', { epoch: 'S1+then', count: 2 }, ['S1', 3], 'S1+then'],
  ])('%s', (_, last, [base, newest], expected) => {
    expect(nextEpoch(last, base, newest, now)).toBe(expected);
  });
});
