import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pChart, uChart } from '#hmi/quality/attribute-chart.ts';
import { individualsChart } from '#hmi/quality/individuals-chart.ts';
import { westernElectric } from '#hmi/quality/western-electric.ts';
import { dpmo, qualityFigures, wilsonInterval } from '#hmi/quality/yield.ts';

// Montgomery, Introduction to Statistical Quality Control, orange juice cans: 30 samples of 50; also as the wafers of
// the NIST/SEMATECH e-Handbook, 6.3.3.2.
const cans = [
  12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
].map((counted) => ({ counted, inspected: 50 }));

describe('the p-chart', () => {
  it('has the center, limits and alarms of the worked example', () => {
    const { center, points } = pChart(cans, 'chance');
    expect(center).toBeCloseTo(0.2313, 4);
    expect(points[0]?.upper).toBeCloseTo(0.4102, 4);
    expect(points[0]?.lower).toBeCloseTo(0.0524, 4);
    const beyond = westernElectric(points.map(({ z }) => z)).filter(({ rule }) => rule === 'beyond-3-sigma');
    expect(beyond.map(({ index }) => index + 1)).toEqual([15, 23]);
  });

  it('has the revised limits of the example once the two alarms are explained and left out', () => {
    const rest = cans.filter((_, index) => index !== 14 && index !== 22);
    const { center, points } = pChart(rest, 'chance');
    expect(center).toBeCloseTo(0.215, 4);
    expect(points[0]?.upper).toBeCloseTo(0.3893, 4);
    expect(points[0]?.lower).toBeCloseTo(0.0407, 4);
  });

  it('widens its limits by how much large samples really vary, after Laney', () => {
    // By hand: center 0.03, sigma 0.000539; z = -3.709, 3.709, ... in turns; mean moving range 7.418, over 1.128.
    const samples = [2800, 3200, 2800, 3200, 2800, 3200, 2800, 3200, 2800, 3200].map((counted) => ({
      counted,
      inspected: 100_000,
    }));
    const chance = pChart(samples, 'chance');
    const laney = pChart(samples, 'laney');
    expect(westernElectric(chance.points.map(({ z }) => z))).not.toEqual([]);
    expect(laney.sigmaZ).toBeCloseTo(6.575, 2);
    expect(laney.points[0]?.upper).toBeCloseTo(0.03 + 3 * 0.000_539_4 * 6.575, 4);
    expect(westernElectric(laney.points.map(({ z }) => z))).toEqual([]);
  });

  // Mohammed, Panesar, Laney and Wilson 2013, "Statistical process control charts for attribute data involving very large
  // sample sizes", BMJ Quality & Safety 22: attendances seen within four hours, of all. Limits as qicharts2 computes them.
  const attendances = [
    [266_501, 280_443],
    [264_225, 276_823],
    [276_532, 291_681],
    [281_461, 296_155],
    [269_071, 282_343],
    [261_215, 275_888],
    [270_409, 283_867],
    [279_778, 295_251],
    [270_483, 284_468],
    [270_320, 282_529],
    [267_923, 279_618],
    [271_478, 283_932],
    [255_353, 266_629],
    [256_820, 268_091],
    [261_835, 276_803],
    [259_144, 271_578],
    [255_910, 266_005],
    [260_863, 273_520],
    [264_465, 278_574],
    [260_989, 273_772],
  ].map(([counted = 0, inspected = 0]) => ({ counted, inspected }));
  it.each([
    { limits: 'chance' as const, week: 1, lower: 0.951_699_56, upper: 0.954_099_86 },
    { limits: 'chance' as const, week: 13, lower: 0.951_668_87, upper: 0.954_130_56 },
    { limits: 'laney' as const, week: 1, lower: 0.940_129_64, upper: 0.965_669_78 },
    { limits: 'laney' as const, week: 4, lower: 0.940_473_01, upper: 0.965_326_42 },
    { limits: 'laney' as const, week: 13, lower: 0.939_803_01, upper: 0.965_996_41 },
  ])(
    'has the limits of the literature by $limits in week $week of 280,000 a week',
    ({ limits, week, lower, upper }) => {
      const { center, points } = pChart(attendances, limits);
      expect(center).toBeCloseTo(0.952_899_71, 8);
      expect(points[week - 1]?.lower).toBeCloseTo(lower, 8);
      expect(points[week - 1]?.upper).toBeCloseTo(upper, 8);
    },
  );

  it("calls by chance alone most of those weeks alarms, and by Laney's limits none", () => {
    const beyond = (limits: 'chance' | 'laney') =>
      pChart(attendances, limits).points.filter(({ z }) => Math.abs(z) > 3).length;
    expect([beyond('chance'), beyond('laney')]).toEqual([16, 0]);
  });

  it('keeps the limits of chance while too few samples tell how they vary', () => {
    const two = [30, 31].map((counted) => ({ counted, inspected: 60 }));
    expect(pChart(two, 'laney')).toEqual(pChart(two, 'chance'));
  });

  it('keeps every limit between nothing and all, for any samples', () => {
    const sample = fc
      .integer({ min: 1, max: 10_000 })
      .chain((inspected) => fc.record({ inspected: fc.constant(inspected), counted: fc.nat({ max: inspected }) }));
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 30 }),
        fc.constantFrom('chance' as const, 'laney' as const),
        (all, by) => {
          for (const { lower, upper, value, z } of pChart(all, by).points) {
            expect(lower).toBeGreaterThanOrEqual(0);
            expect(upper).toBeLessThanOrEqual(1);
            expect(Number.isFinite(value + z)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the u-chart', () => {
  // Montgomery, Introduction to Statistical Quality Control: nonconformities in 20 samples of 5 personal computers.
  const computers = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5];
  // NIST/SEMATECH e-Handbook, 6.3.3.1: defects on 25 wafers.
  const wafers = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13];
  it.each([
    { name: 'computers', defects: computers, inspected: 5, center: 1.93, lower: 0.07, upper: 3.79, alarms: [] },
    { name: 'wafers', defects: wafers, inspected: 1, center: 16, lower: 4, upper: 28, alarms: [24] },
  ])('has the center, limits and alarms of the $name', ({ defects, inspected, center, lower, upper, alarms }) => {
    const chart = uChart(
      defects.map((counted) => ({ counted, inspected })),
      'chance',
    );
    expect(chart.center).toBeCloseTo(center, 2);
    expect(chart.points[0]?.lower).toBeCloseTo(lower, 2);
    expect(chart.points[0]?.upper).toBeCloseTo(upper, 2);
    const beyond = westernElectric(chart.points.map(({ z }) => z)).filter(({ rule }) => rule === 'beyond-3-sigma');
    expect(beyond.map(({ index }) => index + 1)).toEqual(alarms);
  });
});

describe('the chart of individuals', () => {
  it('has the center and limits of the worked example', () => {
    // NIST/SEMATECH e-Handbook, 6.3.2.2: flow rates of ten batches.
    const { center, points } = individualsChart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]);
    expect(center).toBeCloseTo(50.81, 2);
    expect(points[0]?.upper).toBeCloseTo(55.8041, 3);
    expect(points[0]?.lower).toBeCloseTo(45.8159, 3);
  });

  it.each([
    { name: 'no value', values: [] },
    { name: 'one value', values: [7] },
    { name: 'values that are all the same', values: [7, 7, 7] },
  ])('has no alarm for $name', ({ values }) => {
    expect(westernElectric(individualsChart(values).points.map(({ z }) => z))).toEqual([]);
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
    foundLater: 0,
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

  it.each([
    // Pyzdek, The Six Sigma Handbook: defects per million opportunities is defects over units times opportunities.
    { defects: 34, opportunities: 750 * 10, per: 4533.3333 },
    { defects: 0, opportunities: 10, per: 0 },
  ])('count $defects defects in $opportunities opportunities as $per per million', ({ per, ...counted }) => {
    expect(dpmo(counted)).toBeCloseTo(per, 3);
  });

  it('have no defects per million where there was no opportunity', () => {
    expect(dpmo({ defects: 0, opportunities: 0 })).toBeNull();
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
