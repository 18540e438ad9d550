import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierScore, calibrated, fitTemperature, type Judged } from '#vlm/calibration.ts';

/** Answers of a model that says `said` and is right in `share` of 100. */
function answers(said: number, share: number): readonly Judged[] {
  return Array.from({ length: 100 }, (_, at) => ({ confidence: said, right: at < share * 100 }));
}

describe('calibration', () => {
  it.each([
    { name: 'at temperature 1 nothing', said: 0.9, temperature: 1, becomes: 0.9 },
    { name: 'at 2 the square root of the odds', said: 0.9, temperature: 2, becomes: 0.75 },
    { name: 'at 0.5 their square', said: 0.75, temperature: 0.5, becomes: 0.9 },
    { name: 'a half stays', said: 0.5, temperature: 7, becomes: 0.5 },
  ])('changes $name', ({ said, temperature, becomes }) => {
    expect(calibrated(said, temperature)).toBeCloseTo(becomes, 9);
  });

  it.each([
    { name: 'too sure', said: 0.99, share: 0.75 },
    { name: 'not sure enough', said: 0.6, share: 0.9 },
    { name: 'right about itself', said: 0.8, share: 0.8 },
  ])('brings a model that is $name to how often it is right', ({ said, share }) => {
    const seen = answers(said, share);
    const temperature = fitTemperature(seen);
    expect(calibrated(said, temperature)).toBeCloseTo(share, 3);
    expect(brierScore(seen, temperature) ?? 1).toBeLessThanOrEqual((brierScore(seen, 1) ?? 0) + 1e-9);
  });

  it('keeps the order of answers, and stays within 0 and 1 whatever was said', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(chance, chance, fc.double({ min: 0.05, max: 20, noNaN: true }), (a, b, temperature) => {
        const [one, other] = [a, b].toSorted((c, d) => c - d).map((each) => calibrated(each, temperature));
        expect(one).toBeGreaterThanOrEqual(0);
        expect(other).toBeLessThanOrEqual(1);
        expect(one ?? 1).toBeLessThanOrEqual(other ?? 0);
      }),
    );
  });

  it('says nothing where nothing was answered', () => {
    expect(fitTemperature([])).toBe(1);
    expect(brierScore([], 1)).toBeNull();
  });
});
