import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pChart } from '#hmi/quality/p-chart.ts';
import { westernElectric } from '#hmi/quality/western-electric.ts';
import { qualityFigures, wilsonInterval } from '#hmi/quality/yield.ts';

// Montgomery, Introduction to Statistical Quality Control, orange juice cans: 30 samples of 50; also as the wafers of
// the NIST/SEMATECH e-Handbook, 6.3.3.2.
const cans = [
  12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
].map((nonconforming) => ({ nonconforming, inspected: 50 }));

describe('the p-chart', () => {
  it('has the center, limits and alarms of the worked example', () => {
    const { center, points } = pChart(cans, 'binomial');
    expect(center).toBeCloseTo(0.2313, 4);
    expect(points[0]?.upper).toBeCloseTo(0.4102, 4);
    expect(points[0]?.lower).toBeCloseTo(0.0524, 4);
    const beyond = westernElectric(points.map(({ z }) => z)).filter(({ rule }) => rule === 'beyond-3-sigma');
    expect(beyond.map(({ index }) => index + 1)).toEqual([15, 23]);
  });

  it('has the revised limits of the example once the two alarms are explained and left out', () => {
    const rest = cans.filter((_, index) => index !== 14 && index !== 22);
    const { center, points } = pChart(rest, 'binomial');
    expect(center).toBeCloseTo(0.215, 4);
    expect(points[0]?.upper).toBeCloseTo(0.3893, 4);
    expect(points[0]?.lower).toBeCloseTo(0.0407, 4);
  });

  it('widens its limits by how much large samples really vary, after Laney', () => {
    // By hand: center 0.03, sigma 0.000539; z = -3.709, 3.709, -3.709, 3.709; mean moving range 7.418, over 1.128.
    const samples = [2800, 3200, 2800, 3200].map((nonconforming) => ({ nonconforming, inspected: 100_000 }));
    const binomial = pChart(samples, 'binomial');
    const laney = pChart(samples, 'laney');
    expect(westernElectric(binomial.points.map(({ z }) => z))).not.toEqual([]);
    expect(laney.sigmaZ).toBeCloseTo(6.575, 2);
    expect(laney.points[0]?.upper).toBeCloseTo(0.03 + 3 * 0.000_539_4 * 6.575, 4);
    expect(westernElectric(laney.points.map(({ z }) => z))).toEqual([]);
  });

  it('keeps every limit between nothing and all, for any samples', () => {
    const sample = fc
      .integer({ min: 1, max: 10_000 })
      .chain((inspected) =>
        fc.record({ inspected: fc.constant(inspected), nonconforming: fc.nat({ max: inspected }) }),
      );
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 30 }),
        fc.constantFrom('binomial' as const, 'laney' as const),
        (all, by) => {
          for (const { lower, upper, share, z } of pChart(all, by).points) {
            expect(lower).toBeGreaterThanOrEqual(0);
            expect(upper).toBeLessThanOrEqual(1);
            expect(Number.isFinite(share + z)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the rules of Western Electric', () => {
  it.each([
    { name: 'nothing in a quiet run', zs: [0.5, -0.5, 0.9, -0.2, 0.1, -1.5, 0.3], rules: [] },
    { name: 'a point beyond three sigma', zs: [0, 3.1], rules: ['1 beyond-3-sigma'] },
    { name: 'a point below three sigma', zs: [0, -3.1], rules: ['1 beyond-3-sigma'] },
    { name: 'two of three beyond two sigma', zs: [2.1, 0, 2.2], rules: ['2 two-of-three'] },
    { name: 'not two of three on different sides', zs: [2.1, 0, -2.2], rules: [] },
    { name: 'four of five beyond one sigma', zs: [1.1, 1.2, 0, 1.3, 1.4], rules: ['4 four-of-five'] },
    { name: 'not three of five', zs: [1.1, 0, 0, 1.3, 1.4], rules: [] },
    {
      name: 'eight on one side',
      zs: [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2],
      rules: ['7 eight-on-one-side'],
    },
    { name: 'not seven on one side', zs: [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1], rules: [] },
    { name: 'not a pattern that has ended', zs: [2.1, 2.2, 0], rules: ['1 two-of-three'] },
  ])('see $name', ({ zs, rules }) => {
    expect(westernElectric(zs).map(({ index, rule }) => `${index} ${rule}`)).toEqual(rules);
  });
});

describe('yields', () => {
  const counts = {
    inspected: 1000,
    passed: 900,
    accepted: 60,
    called: 100,
    judged: 100,
    falseCalls: 60,
    audited: 0,
    escaped: 0,
  };

  it('tell the machine from the truth, and every rate with what it is a rate of', () => {
    const { fpyMachine, fpyTrue, falseCallPpm } = qualityFigures(counts);
    expect(fpyMachine).toEqual({ share: 0.9, of: 1000 });
    expect(fpyTrue).toEqual({ share: 0.96, of: 1000 });
    expect(falseCallPpm).toBeCloseTo(60_000, 6);
  });

  it('leave false calls unknown while nobody has judged a call', () => {
    expect(qualityFigures({ ...counts, judged: 0, falseCalls: 0 }).falseCallPpm).toBeNull();
    expect(qualityFigures({ ...counts, called: 0, judged: 0, falseCalls: 0 }).falseCallPpm).toBe(0);
  });

  it('leave escapes unknown until somebody audits, then give an interval', () => {
    expect(qualityFigures(counts).escapes).toBeNull();
    expect(qualityFigures({ ...counts, audited: 20 }).escapes?.high).toBeCloseTo(0.1611, 4);
  });

  it('say nothing of an empty period', () => {
    const nothing = Object.fromEntries(Object.keys(counts).map((key) => [key, 0])) as typeof counts;
    expect(qualityFigures(nothing)).toEqual({
      fpyMachine: { share: null, of: 0 },
      fpyTrue: { share: null, of: 0 },
      falseCallPpm: null,
      escapes: null,
    });
  });

  // Newcombe 1998, table I, method 3.
  it.each([
    { count: 81, of: 263, low: 0.2553, high: 0.3662 },
    { count: 15, of: 148, low: 0.0624, high: 0.1605 },
    { count: 0, of: 20, low: 0, high: 0.1611 },
    { count: 1, of: 29, low: 0.0061, high: 0.1718 },
  ])('have the interval of the literature for $count of $of', ({ count, of, low, high }) => {
    const interval = wilsonInterval(count, of);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});
