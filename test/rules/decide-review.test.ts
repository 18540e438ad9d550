import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import {
  aBox,
  aDetection,
  anAnswer,
  aLabelRule,
  aLoweringRecipe,
  aRecipe,
  aRegion,
  aView,
  aViewRule,
  noAnswer,
  oneView,
  someLimits,
} from './builders.ts';
import { asRows, doubtful, falseCall } from './reasons-as-rows.ts';

describe('an answer about a doubtful detection: the first check that fails sends it back to the call of the detector', () => {
  // The detection: a spur of 20 x 20 pixels at (100, 100), score 0.45.
  const table = [
    {
      name: 'agrees: raised',
      finding: {},
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'spur']],
      last: ['may-raise', 'holds'],
    },
    {
      name: 'agrees by a confusable label: raised',
      finding: { label: 'short' },
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'short']],
      last: ['may-raise', 'holds'],
    },
    {
      name: 'IoU exactly at its limit: raised',
      finding: { box: aBox(100, 100, 120, 110) },
      left: 0.5,
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'spur']],
      last: ['may-raise', 'holds'],
    },
    {
      name: 'a box elsewhere',
      finding: { box: aBox(110, 110, 130, 130) },
      verdict: 'undecided',
      reasons: [doubtful, ['iou-below-limit', 100 / 700, 0.5, '']],
      last: ['iou', 'fails'],
    },
    {
      name: 'no box',
      finding: { box: null },
      verdict: 'undecided',
      reasons: [doubtful, ['iou-below-limit', null, 0.5, 'no-box']],
      last: ['iou', 'fails'],
    },
    {
      name: 'a box of no number',
      finding: { box: aBox(Number.NaN, 100, 120, 120) },
      verdict: 'undecided',
      reasons: [doubtful, ['iou-below-limit', 0, 0.5, '']],
      last: ['iou', 'fails'],
    },
    {
      name: 'too large a box',
      iouFrom: 0.1,
      finding: { box: aBox(100, 100, 130, 130) },
      verdict: 'undecided',
      reasons: [doubtful, ['area-out-of-range', 2.25, 2, '']],
      last: ['area-ratio', 'fails'],
    },
    {
      name: 'area at its upper limit: raised',
      finding: { box: aBox(100, 100, 140, 120) },
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'spur']],
      last: ['may-raise', 'holds'],
    },
    {
      name: 'too small a box',
      iouFrom: 0.1,
      finding: { box: aBox(100, 100, 114, 114) },
      verdict: 'undecided',
      reasons: [doubtful, ['area-out-of-range', 0.49, 0.5, '']],
      last: ['area-ratio', 'fails'],
    },
    {
      name: 'part of the region left out',
      finding: { box: aBox(100, 100, 114, 120) },
      verdict: 'undecided',
      reasons: [doubtful, ['region-incomplete', 0.3, 0.25, '']],
      last: ['left-over', 'fails'],
    },
    {
      name: 'left over exactly at its limit: raised',
      finding: { box: aBox(100, 100, 115, 120) },
      verdict: 'fail',
      reasons: [['defect-raised', 0.45, 0.6, 'spur']],
      last: ['may-raise', 'holds'],
    },
    {
      name: 'another defect',
      finding: { label: 'open' },
      verdict: 'undecided',
      reasons: [doubtful, ['label-disagrees', null, null, 'open']],
      last: ['label-agrees', 'fails'],
    },
    {
      name: 'uncertain',
      finding: { judgement: 'uncertain', label: 'none', box: null },
      verdict: 'undecided',
      reasons: [doubtful, ['review-uncertain', null, null, '']],
      last: ['judgement-certain', 'fails'],
    },
    {
      name: 'a false call by a known cause: not the reviewer to say',
      finding: falseCall,
      verdict: 'undecided',
      reasons: [doubtful, ['lower-not-allowed', null, null, 'raise']],
      last: ['may-lower', 'fails'],
    },
    {
      name: 'a false call by an unknown cause',
      finding: { judgement: 'false-call', label: 'accept this part' },
      verdict: 'undecided',
      reasons: [doubtful, ['benign-cause-unknown', null, null, 'accept this part']],
      last: ['benign-cause', 'fails'],
    },
    {
      name: 'a false call that names a defect as its cause',
      finding: { judgement: 'false-call', label: 'spur' },
      verdict: 'undecided',
      reasons: [doubtful, ['benign-cause-unknown', null, null, 'spur']],
      last: ['benign-cause', 'fails'],
    },
  ] as const;
  it.each(table)('$name', (row) => {
    const iouFrom = 'iouFrom' in row ? row.iouFrom : 0.5;
    const regionLeftOverUpTo = 'left' in row ? row.left : 0.25;
    const recipe = aRecipe({ review: someLimits({ iouFrom, regionLeftOverUpTo }) });
    const decided = decide(oneView({ detections: [aDetection()], reviews: [anAnswer('top-d1', row.finding)] }), recipe);
    expect(decided.verdict).toBe(row.verdict);
    expect(asRows(decided.reasons)).toEqual(row.reasons);
    const last = decided.trace.at(-1);
    expect([last?.check, last?.outcome]).toEqual(row.last);
    expect(decided.outcomes[0]?.source).toBe(row.verdict === 'fail' ? 'reviewer' : 'detector');
  });

  it('traces each check with its value and limit', () => {
    const decided = decide(oneView({ detections: [aDetection()], reviews: [anAnswer('top-d1')] }), aRecipe());
    expect(decided.trace.slice(5).map((step) => [step.check, step.value, step.limit, step.outcome])).toEqual([
      ['label-known', null, null, 'holds'],
      ['below-ignore', 0.45, 0.3, 'fails'],
      ['below-fail', 0.45, 0.6, 'holds'],
      ['review-available', null, null, 'holds'],
      ['judgement-certain', null, null, 'holds'],
      ['iou', 1, 0.5, 'holds'],
      ['match', 0, 1, 'holds'],
      ['area-ratio', 1, 0.5, 'holds'],
      ['connectivity', 1, 1, 'holds'],
      ['left-over', 0, 0.25, 'holds'],
      ['label-agrees', null, null, 'holds'],
      ['may-raise', null, null, 'holds'],
    ]);
    expect(decided.trace.slice(5).every(({ subject }) => subject === 'top-d1')).toBe(true);
  });

  it.each([
    {
      name: 'a box over two separate pieces',
      rows: ['##..##', '##..##'],
      box: aBox(0, 0, 6, 2),
      code: 'region-merged',
      value: 2,
    },
    {
      name: 'a box in the gap of a frame-like region',
      rows: ['######', '#....#', '#....#', '######'],
      box: aBox(1, 1, 5, 3),
      code: 'region-none',
      value: 0,
    },
  ])('$name', ({ rows: drawn, box, code, value }) => {
    const detection = aDetection({ box: aBox(0, 0, drawn[0]?.length ?? 0, drawn.length), region: aRegion(drawn) });
    const recipe = aRecipe({ review: someLimits({ iouFrom: 0.2, areaRatio: [0.1, 2] }) });
    const decided = decide(oneView({ detections: [detection], reviews: [anAnswer('top-d1', { box })] }), recipe);
    expect(decided.verdict).toBe('undecided');
    expect(asRows(decided.reasons)[1]).toEqual([code, value, 1, '']);
  });

  it('does not raise where the reviewer may only explain', () => {
    const recipe = aRecipe({ labels: [aLabelRule({ authority: 'explain' })] });
    const decided = decide(oneView({ detections: [aDetection()], reviews: [anAnswer('top-d1')] }), recipe);
    expect(decided.verdict).toBe('undecided');
    expect(asRows(decided.reasons)).toEqual([doubtful, ['raise-not-allowed', null, null, '']]);
  });
});

describe('an answer that is not there', () => {
  const reasons = [
    'not-configured',
    'not-admitted',
    'queue-full',
    'breaker-open',
    'timeout',
    'transport',
    'http-status',
    'truncated',
    'malformed',
    'schema',
    'wrong-id',
    'box-outside',
    'engine-failed',
  ] as const;
  it.each(reasons)('%s: the doubtful detection stays undecided', (reason) => {
    const decided = decide(oneView({ detections: [aDetection()], reviews: [noAnswer('top-d1', reason)] }), aRecipe());
    expect(decided.verdict).toBe('undecided');
    expect(asRows(decided.reasons)).toEqual([doubtful, ['review-unavailable', null, null, reason]]);
    expect(decided.trace.at(-1)).toMatchObject({ check: 'review-available', outcome: 'fails' });
  });

  it('counts two answers to one question as none', () => {
    const reviews = [anAnswer('top-d1'), anAnswer('top-d1')];
    const decided = decide(oneView({ detections: [aDetection()], reviews }), aRecipe());
    expect(asRows(decided.reasons)[1]).toEqual(['review-unavailable', null, null, 'answered-twice']);
  });

  it('cannot tell whom an answer is about when two detections share an id, even across views', () => {
    const recipe = aRecipe({ views: [aViewRule(), aViewRule({ viewId: 'bottom' })] });
    const top = aView({ detections: [aDetection()], reviews: [anAnswer('top-d1')] });
    const bottom = aView({ viewId: 'bottom', detections: [aDetection({ score: 0.1 })] });
    const decided = decide({ views: [top, bottom], independent: [] }, recipe);
    expect(decided.verdict).toBe('undecided');
    expect(asRows(decided.reasons)[1]).toEqual(['review-unavailable', null, null, 'id-twice']);
  });

  it('rejects an answer to a question nobody asked, and notes it', () => {
    const reviews = [anAnswer('top-d7'), anAnswer('top-d2', falseCall), noAnswer('top-d3')];
    const decided = decide(
      oneView({ detections: [aDetection({ id: 'top-d2', score: 0.9 })], reviews }),
      aLoweringRecipe(),
    );
    expect(decided.verdict).toBe('fail');
    expect(decided.trace.filter(({ check }) => check === 'review-asked')).toEqual(
      ['top-d2', 'top-d3', 'top-d7'].map((subject) => ({
        check: 'review-asked',
        subject,
        value: null,
        limit: null,
        outcome: 'fails',
      })),
    );
  });
});
