import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import type { IndependentEvidence } from '#rules/evidence.ts';
import type { Finding } from '#vlm/review.ts';
import { aBox, aDetection, anAnswer, aLoweringRecipe, aView } from './builders.ts';
import { asRows, doubtful, falseCall } from './reasons-as-rows.ts';

describe('lowering: all six checks, the authority, and evidence of another source', () => {
  const support: IndependentEvidence = { kind: 'other-view', id: 'top-d1', supports: 'false-call', source: 'camera 2' };
  const table = [
    {
      name: 'all hold: lowered',
      score: 0.45,
      independent: [support],
      finding: falseCall,
      verdict: 'pass',
      reasons: [['defect-lowered', 0.45, 0.6, 'dust']],
    },
    {
      name: 'at the lower end of the band: lowered',
      score: 0.35,
      independent: [support],
      finding: falseCall,
      verdict: 'pass',
      reasons: [['defect-lowered', 0.35, 0.6, 'dust']],
    },
    {
      name: 'below the band',
      score: 0.34,
      independent: [support],
      finding: falseCall,
      verdict: 'undecided',
      reasons: [
        ['defect-doubtful', 0.34, 0.6, 'spur'],
        ['lower-not-allowed', 0.34, 0.35, 'score'],
      ],
    },
    {
      name: 'a certain defect inside the band: lowered',
      score: 0.69,
      independent: [support],
      finding: falseCall,
      verdict: 'pass',
      reasons: [['defect-lowered', 0.69, 0.6, 'dust']],
    },
    {
      name: 'a certain defect at the end of the band is not asked',
      score: 0.7,
      independent: [support],
      finding: falseCall,
      verdict: 'fail',
      reasons: [['defect-certain', 0.7, 0.6, 'spur']],
    },
    {
      name: 'nothing independent',
      score: 0.45,
      independent: [],
      finding: falseCall,
      verdict: 'undecided',
      reasons: [doubtful, ['lower-not-independent', 0, 1, '']],
    },
    {
      name: 'nothing independent, certain: stays fail',
      score: 0.65,
      independent: [],
      finding: falseCall,
      verdict: 'fail',
      reasons: [
        ['defect-certain', 0.65, 0.6, 'spur'],
        ['lower-not-independent', 0, 1, ''],
      ],
    },
    {
      name: 'independent of another detection',
      score: 0.45,
      independent: [{ ...support, id: 'top-d2' }],
      finding: falseCall,
      verdict: 'undecided',
      reasons: [doubtful, ['lower-not-independent', 0, 1, '']],
    },
    {
      name: 'of a kind the recipe does not count',
      score: 0.45,
      independent: [{ ...support, kind: 'classical-measurement' }],
      finding: falseCall,
      verdict: 'undecided',
      reasons: [doubtful, ['lower-not-independent', 0, 1, '']],
    },
    {
      name: 'supported by one, opposed by another of any kind',
      score: 0.45,
      independent: [support, { kind: 'classical-measurement', id: 'top-d1', supports: 'defect', source: 'gage 7' }],
      finding: falseCall,
      verdict: 'undecided',
      reasons: [doubtful, ['lower-not-independent', 1, 1, 'opposed by gage 7']],
    },
    {
      name: 'a box elsewhere',
      score: 0.45,
      independent: [support],
      finding: { ...falseCall, box: aBox(110, 110, 130, 130) },
      verdict: 'undecided',
      reasons: [doubtful, ['iou-below-limit', 100 / 700, 0.5, '']],
    },
    {
      name: 'no box: nothing here',
      score: 0.45,
      independent: [support],
      finding: { ...falseCall, box: null },
      verdict: 'undecided',
      reasons: [doubtful, ['iou-below-limit', null, 0.5, 'no-box']],
    },
    {
      name: 'confirmed: raised, for it may do both',
      score: 0.45,
      independent: [support],
      finding: {},
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'spur']],
    },
    {
      name: 'confirmed, certain: the call of the detector',
      score: 0.65,
      independent: [support],
      finding: {},
      verdict: 'fail',
      reasons: [['defect-certain', 0.65, 0.6, 'spur']],
    },
    {
      name: 'uncertain, certain: the call of the detector',
      score: 0.65,
      independent: [support],
      finding: { judgement: 'uncertain' },
      verdict: 'fail',
      reasons: [
        ['defect-certain', 0.65, 0.6, 'spur'],
        ['review-uncertain', null, null, ''],
      ],
    },
  ] as const;
  it.each(table)('$name', ({ score, independent, finding, verdict, reasons }) => {
    const view = aView({ detections: [aDetection({ score })], reviews: [anAnswer('top-d1', finding)] });
    const decided = decide({ views: [view], independent }, aLoweringRecipe());
    expect(decided.verdict).toBe(verdict);
    const [outcome] = decided.outcomes;
    expect(asRows(outcome?.reasons ?? [])).toEqual(reasons);
    expect(decided.reasons).toEqual(verdict === 'pass' ? [] : outcome?.reasons);
    const bySecond = verdict === 'pass' || reasons[0][0] === 'defect-raised';
    expect(outcome?.source).toBe(bySecond ? 'reviewer' : 'detector');
  });

  it('does not raise where the reviewer may only lower', () => {
    const recipe = aLoweringRecipe();
    const labels = recipe.labels.map((rule) =>
      rule.lowerBand === null ? rule : { ...rule, authority: 'lower' as const },
    );
    const judge = (finding: Partial<Finding>) => {
      const view = aView({ detections: [aDetection()], reviews: [anAnswer('top-d1', finding)] });
      return decide({ views: [view], independent: [support] }, { ...recipe, labels });
    };
    expect(judge(falseCall).verdict).toBe('pass');
    expect(judge({}).verdict).toBe('undecided');
    expect(asRows(judge({}).reasons)).toEqual([doubtful, ['raise-not-allowed', null, null, '']]);
  });

  it('traces how often it is supported', () => {
    const view = aView({ detections: [aDetection()], reviews: [anAnswer('top-d1', falseCall)] });
    const decided = decide({ views: [view], independent: [support, support] }, aLoweringRecipe());
    expect(decided.trace.slice(-2)).toEqual([
      { check: 'may-lower', subject: 'top-d1', value: 0.45, limit: 0.7, outcome: 'holds' },
      { check: 'independent', subject: 'top-d1', value: 2, limit: 1, outcome: 'holds' },
    ]);
  });
});
