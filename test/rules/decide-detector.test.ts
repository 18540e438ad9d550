import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { aDetection, aRecipe, oneView } from './builders.ts';

describe('the call of the detector alone', () => {
  const table = [
    { name: 'nothing found: pass', score: null, verdict: 'pass', outcome: null, reasons: [] },
    { name: 'just below ignoreBelow: pass', score: 0.2999, verdict: 'pass', outcome: 'accept', reasons: [] },
    {
      name: 'at ignoreBelow: doubtful',
      score: 0.3,
      verdict: 'undecided',
      outcome: 'doubt',
      reasons: ['defect-doubtful', 'review-unavailable'],
    },
    {
      name: 'just below failFrom: doubtful',
      score: 0.5999,
      verdict: 'undecided',
      outcome: 'doubt',
      reasons: ['defect-doubtful', 'review-unavailable'],
    },
    { name: 'at failFrom: fail', score: 0.6, verdict: 'fail', outcome: 'fail', reasons: ['defect-certain'] },
    {
      name: 'a score that is no number: doubtful',
      score: Number.NaN,
      verdict: 'undecided',
      outcome: 'doubt',
      reasons: ['defect-doubtful'],
    },
    {
      name: 'an infinite score: doubtful',
      score: Infinity,
      verdict: 'undecided',
      outcome: 'doubt',
      reasons: ['defect-doubtful'],
    },
  ] as const;
  it.each(table)('$name', ({ score, verdict, outcome, reasons }) => {
    const detections = score === null ? [] : [aDetection({ score })];
    const decided = decide(oneView({ detections }), aRecipe());
    expect(decided.verdict).toBe(verdict);
    expect(decided.outcomes.map((one) => one.outcome)).toEqual(outcome === null ? [] : [outcome]);
    expect(decided.reasons.map(({ code }) => code)).toEqual(reasons);
  });

  it('says the score beside the limit, and every check in the order taken', () => {
    const decided = decide(oneView({ detections: [aDetection({ score: 0.7 })] }), aRecipe());
    expect(decided.reasons).toEqual([
      { code: 'defect-certain', subject: 'top-d1', value: 0.7, limit: 0.6, detail: 'spur' },
    ]);
    expect(decided.outcomes).toEqual([
      {
        id: 'top-d1',
        viewId: 'top',
        detectorCall: 'fail',
        outcome: 'fail',
        source: 'detector',
        reasons: decided.reasons,
      },
    ]);
    expect(decided.trace).toEqual([
      { check: 'view-once', subject: 'view:top', value: 1, limit: 1, outcome: 'holds' },
      { check: 'view-known', subject: 'view:top', value: null, limit: null, outcome: 'holds' },
      { check: 'frame-fit', subject: 'view:top', value: null, limit: null, outcome: 'holds' },
      { check: 'frame-size', subject: 'view:top', value: 640, limit: 640, outcome: 'holds' },
      { check: 'frame-size', subject: 'view:top', value: 640, limit: 640, outcome: 'holds' },
      { check: 'label-known', subject: 'top-d1', value: null, limit: null, outcome: 'holds' },
      { check: 'below-ignore', subject: 'top-d1', value: 0.7, limit: 0.3, outcome: 'fails' },
      { check: 'below-fail', subject: 'top-d1', value: 0.7, limit: 0.6, outcome: 'fails' },
    ]);
  });

  it('does not trust a label that the recipe does not know, at any score', () => {
    for (const score of [0, 0.1, 0.99]) {
      const decided = decide(oneView({ detections: [aDetection({ label: 'crack', score })] }), aRecipe());
      expect(decided.verdict).toBe('undecided');
      expect(decided.reasons).toEqual([
        { code: 'label-unknown', subject: 'top-d1', value: score, limit: null, detail: 'crack' },
      ]);
      expect(decided.trace.at(-1)).toEqual({
        check: 'label-known',
        subject: 'top-d1',
        value: null,
        limit: null,
        outcome: 'fails',
      });
    }
  });

  it('lets a certain defect fail the part whatever else is in doubt, and keeps the other outcomes', () => {
    const detections = [
      aDetection({ id: 'top-d1', score: 0.4 }),
      aDetection({ id: 'top-d2', score: 0.9, label: 'short' }),
      aDetection({ id: 'top-d3', score: 0.1 }),
    ];
    const decided = decide(oneView({ detections }), aRecipe());
    expect(decided.verdict).toBe('fail');
    expect(decided.outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['top-d2', 'fail'],
      ['top-d1', 'doubt'],
      ['top-d3', 'accept'],
    ]);
    expect(decided.reasons.map(({ code, subject }) => [code, subject])).toEqual([['defect-certain', 'top-d2']]);
  });
});
