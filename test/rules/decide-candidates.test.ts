import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { aDetection, anAnswer, aLabelRule, aRecipe, noAnswer, oneView, aCandidate } from './builders.ts';

describe('candidates', () => {
  const doubt = ['candidate-held', 'top-c1', 0.27, 0.25, 'spur'];
  const said = (code: string, detail: string): (string | number)[] => [code, 'top-c1', 0.27, 0.25, detail];
  const table = [
    {
      name: 'a weak one counts for nothing',
      hold: 'always',
      score: 0.2499,
      review: null,
      outcome: 'accept',
      reasons: [],
    },
    {
      name: 'unanswered, held always',
      hold: 'always',
      score: 0.27,
      review: null,
      outcome: 'doubt',
      reasons: [doubt, ['review-unavailable', 'top-c1', null, null, 'no-answer']],
    },
    {
      name: 'unanswered, held until cleared',
      hold: 'until-cleared',
      score: 0.27,
      review: noAnswer('top-c1'),
      outcome: 'doubt',
      reasons: [doubt, ['review-unavailable', 'top-c1', null, null, 'timeout']],
    },
    {
      name: 'unanswered, never held',
      hold: 'never',
      score: 0.27,
      review: null,
      outcome: 'accept',
      reasons: [doubt, ['review-unavailable', 'top-c1', null, null, 'no-answer']],
    },
    {
      name: 'confirmed, held always: a doubt, never a fail',
      hold: 'always',
      score: 0.27,
      review: anAnswer('top-c1'),
      outcome: 'doubt',
      reasons: [said('candidate-confirmed', 'spur'), doubt],
    },
    {
      name: 'confirmed by another label of the recipe',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { label: 'short' }),
      outcome: 'doubt',
      reasons: [said('candidate-confirmed', 'short'), doubt],
    },
    {
      name: 'confirmed by a label nobody knows',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { label: 'crack' }),
      outcome: 'doubt',
      reasons: [doubt, ['label-disagrees', 'top-c1', null, null, 'crack']],
    },
    {
      name: 'confirmed, never held: shown',
      hold: 'never',
      score: 0.27,
      review: anAnswer('top-c1'),
      outcome: 'accept',
      reasons: [said('candidate-confirmed', 'spur'), doubt],
    },
    {
      name: 'cleared',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { judgement: 'false-call', label: 'dust' }),
      outcome: 'accept',
      reasons: [said('candidate-cleared', 'dust')],
    },
    {
      name: 'cleared, but held always',
      hold: 'always',
      score: 0.27,
      review: anAnswer('top-c1', { judgement: 'false-call', label: 'dust' }),
      outcome: 'doubt',
      reasons: [said('candidate-cleared', 'dust'), doubt],
    },
    {
      name: 'cleared by a cause that is not on the list',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { judgement: 'false-call', label: 'nothing' }),
      outcome: 'doubt',
      reasons: [doubt, ['benign-cause-unknown', 'top-c1', null, null, 'nothing']],
    },
    {
      name: 'cleared by "nothing here", which has no box',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { judgement: 'false-call', label: 'dust', box: null }),
      outcome: 'doubt',
      reasons: [doubt, ['iou-below-limit', 'top-c1', null, 0.5, 'no-box']],
    },
    {
      name: 'the reviewer cannot tell',
      hold: 'until-cleared',
      score: 0.27,
      review: anAnswer('top-c1', { judgement: 'uncertain', label: 'none', box: null }),
      outcome: 'doubt',
      reasons: [doubt, ['review-uncertain', 'top-c1', null, null, '']],
    },
  ] as const;
  it.each(table)('$name', ({ hold, score, review, outcome, reasons }) => {
    const recipe = aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: null, atMost: 2, hold } });
    const decided = decide(oneView({ candidates: [aCandidate({ score })], reviews: review ? [review] : [] }), recipe);
    expect(decided.verdict).toBe(outcome === 'doubt' ? 'undecided' : 'pass');
    const [one] = decided.outcomes;
    expect([one?.detectorCall, one?.outcome]).toEqual(['ignore', outcome]);
    expect(one?.source).toBe(reasons.length === 1 ? 'reviewer' : 'detector');
    expect(
      one?.reasons.map((reason) => [reason.code, reason.subject, reason.value, reason.limit, reason.detail]),
    ).toEqual(reasons);
  });

  it.each([
    { name: 'as large as the limit', areaPx: 60, limit: 60, outcome: 'doubt' },
    { name: 'a pixel smaller', areaPx: 59, limit: 60, outcome: 'accept' },
    { name: 'of no size that is a number', areaPx: Number.NaN, limit: 60, outcome: 'doubt' },
    { name: 'where the recipe counts none', areaPx: 5000, limit: null, outcome: 'accept' },
  ])('a difference from the golden that the net has no word for: $name', ({ areaPx, limit, outcome }) => {
    const recipe = aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: limit, atMost: 2, hold: 'always' } });
    const candidate = aCandidate({ label: 'difference', score: 0, areaPx, source: 'difference' });
    const decided = decide(oneView({ candidates: [candidate] }), recipe);
    expect(decided.outcomes.map((one) => one.outcome)).toEqual([outcome]);
    expect(decided.verdict).toBe(outcome === 'doubt' ? 'undecided' : 'pass');
    const held = { code: 'difference-held', limit, value: Number.isFinite(areaPx) ? areaPx : null };
    expect(decided.reasons.slice(0, 1)).toMatchObject(outcome === 'doubt' ? [held] : []);
  });

  it('cleared by a valid finding in its own place, where the recipe lets that count', () => {
    const recipe = aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: 60, atMost: 2, hold: 'until-cleared' } });
    const candidate = aCandidate({ label: 'difference', score: 0, source: 'difference' });
    const dust = anAnswer('top-c1', { judgement: 'false-call', label: 'dust' });
    expect(decide(oneView({ candidates: [candidate], reviews: [dust] }), recipe).verdict).toBe('pass');
    expect(decide(oneView({ candidates: [candidate], reviews: [anAnswer('top-c1')] }), recipe).verdict).toBe(
      'undecided',
    );
  });

  it('holds those that are too many to be asked as well', () => {
    const candidates = [0.26, 0.29, 0.28].map((score, index) => aCandidate({ id: `c${index}`, score }));
    const clear = candidates.map(({ id }) => anAnswer(id, { judgement: 'false-call', label: 'dust' }));
    const decided = decide(oneView({ candidates, reviews: clear }), aRecipe());
    expect(decided.outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['c1', 'accept'],
      ['c2', 'accept'],
      ['c0', 'doubt'],
    ]);
    expect(decided.reasons.map(({ code, subject }) => [code, subject])).toEqual([['candidate-held', 'c0']]);
  });

  it('takes a detection below ignoreBelow that the review band covers like a candidate', () => {
    const recipe = aRecipe({ labels: [aLabelRule({ reviewBand: [0.2, 0.6] })] });
    const found = aDetection({ score: 0.22 });
    const asked = (review: ReturnType<typeof anAnswer> | null) =>
      decide(oneView({ detections: [found], reviews: review ? [review] : [] }), recipe);
    expect(asked(null).verdict).toBe('undecided');
    expect(asked(anAnswer('top-d1', { judgement: 'false-call', label: 'dust' })).verdict).toBe('pass');
    expect(asked(anAnswer('top-d1')).reasons[0]).toMatchObject({ code: 'candidate-confirmed', value: 0.22 });
    expect(
      asked(null)
        .trace.map(({ check }) => check)
        .slice(5),
    ).toEqual(['label-known', 'below-ignore', 'candidate-weak', 'review-available']);
  });
});
