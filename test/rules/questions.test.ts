import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { byScore, compareText } from '#rules/in-order.ts';
import { questionsFor } from '#rules/review-band.ts';
import {
  aBox,
  aCandidate,
  aDetection,
  anAnswer,
  aLabelRule,
  aRecipe,
  aView,
  aViewRule,
  aZone,
  oneView,
} from './builders.ts';

const scores = [0.29, 0.3, 0.45, 0.599, 0.6, 0.9];

describe('what the reviewer is asked', () => {
  it('about detections inside the review band, the strongest first', () => {
    const detections = scores.map((score) => aDetection({ id: `d${score}`, score }));
    expect(questionsFor(aView({ detections }), aRecipe())).toEqual(['d0.599', 'd0.45', 'd0.3']);
  });

  it('about the strongest candidates after them, no more than the recipe says', () => {
    const candidates = [0.24, 0.25, 0.29, 0.27].map((score) => aCandidate({ id: `c${score}`, score }));
    const view = aView({ detections: [aDetection()], candidates });
    expect(questionsFor(view, aRecipe())).toEqual(['top-d1', 'c0.29', 'c0.27']);
    expect(
      questionsFor(view, aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: null, atMost: 0, hold: 'always' } })),
    ).toEqual(['top-d1']);
    expect(
      questionsFor(view, aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: null, atMost: 9, hold: 'always' } })),
    ).toEqual(['top-d1', 'c0.29', 'c0.27', 'c0.25']);
  });

  it('about the largest of what differs from the golden, since it has no score', () => {
    const candidates = [400, 60, 90].map((areaPx, index) =>
      aCandidate({ id: `c${index + 9}`, label: 'difference', score: 0, areaPx, source: 'difference' }),
    );
    const recipe = aRecipe({ candidates: { askFrom: 0.25, differenceFromPx: 50, atMost: 2, hold: 'always' } });
    expect(questionsFor(aView({ candidates }), recipe)).toEqual(['c9', 'c11']);
  });

  it('about a candidate whose score is no number, before all others', () => {
    const candidates = [aCandidate({ id: 'a', score: 0.9 }), aCandidate({ id: 'b', score: Number.NaN })];
    expect(questionsFor(aView({ candidates }), aRecipe())).toEqual(['b', 'a']);
  });

  it.each([
    { name: 'of an unfit frame', view: aView({ doubts: ['blurred'], detections: [aDetection()] }), recipe: aRecipe() },
    { name: 'of an unknown view', view: aView({ viewId: 'side', detections: [aDetection()] }), recipe: aRecipe() },
    { name: 'of an unknown label', view: aView({ detections: [aDetection({ label: 'crack' })] }), recipe: aRecipe() },
    {
      name: 'of a zone that does not count',
      view: aView({ detections: [aDetection()], candidates: [aCandidate()] }),
      recipe: aRecipe({ views: [aViewRule({ zones: [aZone('code', aBox(90, 90, 130, 130), { use: 'dont-care' })] })] }),
    },
  ])('nothing $name', ({ view, recipe }) => {
    expect(questionsFor(view, recipe)).toEqual([]);
  });

  it('about a label of its own band', () => {
    const labels = [aLabelRule({ label: 'short', reviewBand: [0.1, 0.2] }), aLabelRule()];
    const detections = [aDetection({ id: 'a', label: 'short', score: 0.45 }), aDetection({ id: 'b', score: 0.15 })];
    expect(questionsFor(aView({ detections }), aRecipe({ labels }))).toEqual([]);
  });
});

describe('order', () => {
  it.each([
    { name: 'the stronger first', a: { score: 0.5 }, b: { score: 0.4 }, sign: -1 },
    { name: 'no number before any number', a: { score: 1 }, b: { score: Number.NaN }, sign: 1 },
    {
      name: 'two that are no number: by id',
      a: { score: Number.NaN, id: 'a' },
      b: { score: Infinity, id: 'b' },
      sign: -1,
    },
    { name: 'equal scores: by id', a: { id: 'b' }, b: { id: 'a' }, sign: 1 },
    {
      name: 'equal ids: by place from the left',
      a: { box: aBox(1, 9, 3, 11) },
      b: { box: aBox(2, 0, 3, 3) },
      sign: -1,
    },
    { name: 'then from the top', a: { box: aBox(1, 5, 3, 9) }, b: { box: aBox(1, 4, 3, 9) }, sign: 1 },
    { name: 'the same', a: {}, b: {}, sign: 0 },
  ])('$name', ({ a, b, sign }) => {
    expect(Math.sign(byScore(aDetection(a), aDetection(b)))).toBe(sign);
  });

  it('of texts is that of code units', () => {
    expect([compareText('a', 'b'), compareText('b', 'a'), compareText('a', 'a'), compareText('Z', 'a')]).toEqual([
      -1, 1, 0, -1,
    ]);
  });
});

describe('zones that do not count', () => {
  const zones = [aZone('code', aBox(90, 90, 130, 130), { use: 'dont-care', insideFrom: 0.5 })];
  const recipe = aRecipe({ views: [aViewRule({ zones })] });

  it('leave out a certain defect, a doubtful one and a candidate, and say where', () => {
    const detections = [
      aDetection({ id: 'a', score: 0.9 }),
      aDetection({ id: 'b' }),
      aDetection({ id: 'c', score: 0.1 }),
    ];
    const decided = decide(oneView({ detections, candidates: [aCandidate({ id: 'd' })] }), recipe);
    expect(decided.verdict).toBe('pass');
    expect(
      decided.outcomes.map(({ id, detectorCall, outcome, source }) => [id, detectorCall, outcome, source]),
    ).toEqual([
      ['a', 'fail', 'accept', 'acceptance'],
      ['b', 'doubt', 'accept', 'acceptance'],
      ['c', 'ignore', 'accept', 'acceptance'],
      ['d', 'ignore', 'accept', 'acceptance'],
    ]);
    expect(decided.outcomes[0]?.reasons).toEqual([
      { code: 'in-dont-care', subject: 'a', value: 1, limit: 0.5, detail: 'code' },
    ]);
    expect(decided.trace.at(-1)).toEqual({ check: 'dont-care', subject: 'd', value: 1, limit: 0.5, outcome: 'holds' });
  });

  it('count from the share that the recipe says', () => {
    const half = aDetection({ score: 0.9, box: aBox(120, 100, 140, 120) });
    const less = aDetection({ score: 0.9, box: aBox(121, 100, 141, 120) });
    expect(decide(oneView({ detections: [half] }), recipe).verdict).toBe('pass');
    expect(decide(oneView({ detections: [less] }), recipe).verdict).toBe('fail');
  });

  it('do not excuse a label that nobody knows, or anything on an unfit frame', () => {
    expect(decide(oneView({ detections: [aDetection({ label: 'crack' })] }), recipe).verdict).toBe('undecided');
    const unfit = decide(oneView({ detections: [aDetection({ score: 0.9 })], doubts: ['black'] }), recipe);
    expect(unfit.outcomes[0]).toMatchObject({ detectorCall: 'fail', outcome: 'doubt', source: 'detector' });
  });

  it('do not hear answers about what lies in them', () => {
    const decided = decide(oneView({ detections: [aDetection()], reviews: [anAnswer('top-d1')] }), recipe);
    expect(decided.verdict).toBe('pass');
    expect(decided.trace).toContainEqual({
      check: 'review-asked',
      subject: 'top-d1',
      value: null,
      limit: null,
      outcome: 'fails',
    });
  });
});
