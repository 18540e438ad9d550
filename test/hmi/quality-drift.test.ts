import { describe, expect, it } from 'vitest';
import { mixShift, sigmasOfChiSquared } from '#hmi/quality/mix-shift.ts';
import { riskCoverage, workingPoint, type JudgedPart } from '#hmi/quality/risk-coverage.ts';

describe('a shift of the mix of labels', () => {
  // Critical values of chi-squared as every table has them, with the sigmas of the same one-sided probability.
  it.each([
    { chiSquared: 3.841, freedom: 1, sigmas: 1.645 },
    { chiSquared: 11.07, freedom: 5, sigmas: 1.645 },
    { chiSquared: 15.086, freedom: 5, sigmas: 2.326 },
    { chiSquared: 18.307, freedom: 10, sigmas: 1.645 },
    { chiSquared: 29.588, freedom: 10, sigmas: 3.09 },
  ])('is $sigmas sigmas for a chi-squared of $chiSquared with $freedom degrees', ({ chiSquared, freedom, sigmas }) => {
    expect(Math.abs(sigmasOfChiSquared(chiSquared, freedom) - sigmas)).toBeLessThan(0.03);
  });

  it('has the chi-squared of a table of two by two', () => {
    // Pearson by hand: 30 and 10 here, 30 and 50 elsewhere; (30*50 - 10*30)^2 * 120 / (40*80*60*60).
    const shift = mixShift({ open: 30, spur: 10 }, { open: 60, spur: 60 });
    expect(shift?.chiSquared).toBeCloseTo(15, 6);
    expect(shift?.z).toBeGreaterThan(3);
  });

  it('is none where a piece has the mix of the whole', () => {
    expect(mixShift({ open: 10, spur: 20 }, { open: 100, spur: 200 })?.chiSquared).toBeCloseTo(0, 9);
  });

  it.each([
    { name: 'one label', piece: { open: 5 }, whole: { open: 50 } },
    { name: 'too few calls', piece: { open: 1 }, whole: { open: 50, spur: 50 } },
    { name: 'hardly anything to hold it against', piece: { open: 20, spur: 20 }, whole: { open: 25, spur: 25 } },
  ])('is not told for $name', ({ piece, whole }) => {
    expect(mixShift(piece, whole)).toBeNull();
  });
});

describe('risk over coverage', () => {
  const part = (verdict: JudgedPart['verdict'], score: number, saw: JudgedPart['saw'], weight = 1): JudgedPart => ({
    verdict,
    score,
    saw,
    weight,
  });

  it('covers the surest calls first and counts the wrong ones among them', () => {
    const points = riskCoverage([
      part('fail', 0.9, 'defect'),
      part('fail', 0.6, 'false-call'),
      part('pass', 0.2, 'false-call'),
      part('undecided', 0.4, 'defect'),
    ]);
    expect(points.map(({ coverage, risk }) => [coverage, risk])).toEqual([
      [0.25, 0],
      [0.5, 0],
      [0.75, 1 / 3],
      [1, 0.25],
    ]);
  });

  it('covers parts of the same certainty together, whatever their order', () => {
    const [right, wrong] = [part('fail', 0.8, 'defect'), part('fail', 0.8, 'false-call')];
    expect(riskCoverage([right, wrong])).toEqual(riskCoverage([wrong, right]));
    expect(riskCoverage([right, wrong])).toHaveLength(1);
  });

  it('lets an audited part stand for all that passed and were not looked at', () => {
    const points = riskCoverage([part('pass', 0, 'defect', 50), part('fail', 0.9, 'defect', 1)]);
    expect(points[0]).toMatchObject({ coverage: 50 / 51, risk: 1 });
  });

  it('tells what the machine decides alone now', () => {
    const judged = [part('fail', 0.9, 'defect'), part('fail', 0.6, 'false-call'), part('undecided', 0.4, 'defect')];
    expect(workingPoint(judged)).toEqual({ coverage: 2 / 3, risk: 0.5 });
    expect(workingPoint([])).toBeNull();
  });
});
