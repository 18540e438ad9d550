import { describe, expect, it } from 'vitest';
import { bootstrapDraws, estimate } from '#detector/evaluate/bootstrap.ts';
import { prepareFigures, type Figure } from '#detector/evaluate/figures.ts';
import { isFalseCall, matchImage, type Call, type ScoredImage } from '#detector/evaluate/match-image.ts';
import { averagePrecision, bestF, cocoAveragePrecision, fMeasure, rankCalls } from '#detector/evaluate/ranking.ts';

function call(label: string, score: number, x: number, width = 10): Call {
  return { label, score, box: { x1: x, y1: 0, x2: x + width, y2: 10 } };
}

function truth(label: string, x: number, width = 10) {
  return { label, box: { x1: x, y1: 0, x2: x + width, y2: 10 } };
}

/** Four pits and one scratch over three images, one of them clean; five calls. */
const set: readonly ScoredImage[] = [
  { truths: [truth('pit', 0), truth('pit', 100)], calls: [call('pit', 0.9, 0), call('pit', 0.6, 40)] },
  {
    truths: [truth('pit', 0), truth('pit', 50), truth('scratch', 80)],
    calls: [call('pit', 0.8, 2), call('scratch', 0.4, 80)],
  },
  { truths: [], calls: [call('pit', 0.7, 0)] },
];
const once = new Int32Array([1, 1, 1]);

describe('matching calls with truth', () => {
  it.each([
    {
      name: 'a call takes the truth it overlaps most',
      calls: [call('pit', 0.9, 4)],
      truths: [truth('pit', 0), truth('pit', 6)],
      found: [1],
    },
    {
      name: 'a truth is found once',
      calls: [call('pit', 0.9, 0), call('pit', 0.8, 0)],
      truths: [truth('pit', 0)],
      found: [0, -1],
    },
    { name: 'another label finds nothing', calls: [call('scratch', 0.9, 0)], truths: [truth('pit', 0)], found: [-1] },
    {
      name: 'IoU exactly at the limit counts',
      calls: [call('pit', 0.9, 0, 20)],
      truths: [truth('pit', 0)],
      found: [0],
    },
    { name: 'IoU below the limit does not', calls: [call('pit', 0.9, 0, 21)], truths: [truth('pit', 0)], found: [-1] },
  ])('$name', ({ calls, truths, found }) => {
    expect([...matchImage({ calls, truths }, 0.5)]).toEqual(found);
  });

  it('counts a call as false where it points at no defect, of whatever label', () => {
    expect(isFalseCall(call('scratch', 1, 2), [truth('pit', 0)])).toBe(false);
    expect(isFalseCall(call('pit', 1, 9), [truth('pit', 0)])).toBe(true);
  });
});

describe('figures, by hand', () => {
  // ranking: 0.9 right, 0.8 right, 0.7 wrong, 0.6 wrong, 0.4 right (scratch); five truths
  const pooled = rankCalls(set, 0.33);

  it('average precision is the area under the precision envelope', () => {
    // recall 1/5, 2/5 at precision 1; 3/5 at precision 3/5
    expect(averagePrecision(pooled, once)).toBeCloseTo(0.2 + 0.2 + 0.2 * 0.6, 10);
    // COCO: 41 levels of recall up to 0.40 at 1, 20 up to 0.60 at 0.6
    expect(cocoAveragePrecision(pooled, once)).toBeCloseTo((41 + 20 * 0.6) / 101, 10);
  });

  it('F counts the calls from the threshold on', () => {
    expect(fMeasure(pooled, once, 0.65)).toBeCloseTo((2 * 2) / (3 + 5), 10);
    expect(fMeasure(pooled, once, 0.95)).toBe(0);
    expect(bestF(pooled)).toEqual({ f: 6 / 10, threshold: 0.4 });
  });

  it('recall by size, false calls, clean images and centers', () => {
    const figures = prepareFigures(set, ['pit', 'scratch'], { threshold: 0.5, candidateThreshold: 0.3 });
    const value = (figure: Figure | undefined): number => figure?.(once) ?? Number.NaN;
    expect(value(figures.falseCallsPerImage)).toBeCloseTo(2 / 3, 10);
    expect(value(figures.cleanImagesCalled)).toBe(1);
    expect(value(figures.centreHit)).toBeCloseTo(2 / 5, 10);
    expect(value(figures.centreHitRaised)).toBeCloseTo(3 / 5, 10);
    expect(value(figures.recallBySize['8 to 16 px'])).toBeCloseTo(2 / 5, 10);
    expect(value(figures.recallBySize['64 px and more'])).toBeNaN();
    expect(value(figures.perLabel['scratch'])).toBe(1);
  });

  it('weights that count an image twice give the figure of the set with that image twice', () => {
    const twice = [...set, set[0] ?? { truths: [], calls: [] }];
    const ranking = rankCalls(twice, 0.33);
    const all = new Int32Array([1, 1, 1, 1]);
    const weights = new Int32Array([2, 1, 1]);
    expect(averagePrecision(pooled, weights)).toBeCloseTo(averagePrecision(ranking, all), 10);
    expect(fMeasure(pooled, weights, 0.5)).toBeCloseTo(fMeasure(ranking, all, 0.5), 10);
  });

  it('intervals hold the value, are the same for the same seed, and are none where nothing is measured', () => {
    const share: Figure = (weights) => ((weights[0] ?? 0) + (weights[2] ?? 0)) / 3;
    const draws = bootstrapDraws(3, 200, 7);
    expect(bootstrapDraws(3, 200, 7)).toEqual(draws);
    const { value, interval } = estimate(share, 3, draws);
    expect(value).toBeCloseTo(2 / 3, 10);
    expect(interval?.[0]).toBeLessThan(0.5);
    expect(interval?.[1]).toBe(1);
    expect(estimate(() => Number.NaN, 3, draws)).toEqual({ value: null, interval: null });
  });
});
