import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import type { Evidence } from '#rules/evidence.ts';
import { aDetection, anAnswer, aRecipe, aView, aViewRule, oneView } from './builders.ts';

describe('views and frames', () => {
  const certain = aDetection({ id: 'bottom-d1', score: 0.9 });
  const both = aRecipe({ views: [aViewRule(), aViewRule({ viewId: 'bottom' })] });
  const golden = aRecipe({ views: [aViewRule({ golden: 'required' })] });
  const aligned = { status: 'aligned', dxPx: 0, dyPx: 0, rotationDeg: 0, scale: 1, residual: 0.1 } as const;
  const table: {
    name: string;
    evidence: Evidence;
    recipe: typeof both;
    verdict: string;
    reasons: (string | number | null)[][];
  }[] = [
    {
      name: 'both views without a defect: pass',
      evidence: { views: [aView(), aView({ viewId: 'bottom' })], independent: [] },
      recipe: both,
      verdict: 'pass',
      reasons: [],
    },
    {
      name: 'a view missing: undecided',
      evidence: oneView(),
      recipe: both,
      verdict: 'undecided',
      reasons: [['view-missing', 'view:bottom', 0, 1, 'bottom']],
    },
    {
      name: 'a view stated missing: undecided',
      evidence: { views: [aView(), aView({ viewId: 'bottom', doubts: ['missing'] })], independent: [] },
      recipe: both,
      verdict: 'undecided',
      reasons: [['view-missing', 'view:bottom', null, null, 'missing']],
    },
    {
      name: 'a view missing and a certain defect on the other: fail',
      evidence: { views: [aView({ viewId: 'bottom', detections: [certain] })], independent: [] },
      recipe: both,
      verdict: 'fail',
      reasons: [['defect-certain', 'bottom-d1', 0.9, 0.6, 'spur']],
    },
    {
      name: 'a view nobody asked for: undecided',
      evidence: { views: [aView(), aView({ viewId: 'side' })], independent: [] },
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [['view-unknown', 'view:side', null, null, 'side']],
    },
    {
      name: 'one view twice: undecided',
      evidence: { views: [aView(), aView()], independent: [] },
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [['view-twice', 'view:top', 2, 1, 'top']],
    },
    {
      name: 'no view at all: undecided',
      evidence: { views: [], independent: [] },
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [['view-missing', 'view:top', 0, 1, 'top']],
    },
    {
      name: 'neither view nor recipe for one: undecided',
      evidence: { views: [], independent: [] },
      recipe: aRecipe({ views: [] }),
      verdict: 'undecided',
      reasons: [['view-missing', 'part', 0, 1, '']],
    },
    {
      name: 'a blurred and repeated frame: undecided, each said',
      evidence: oneView({ doubts: ['repeated', 'blurred', 'blurred'] }),
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [
        ['frame-invalid', 'view:top', null, null, 'blurred'],
        ['frame-invalid', 'view:top', null, null, 'repeated'],
      ],
    },
    {
      name: 'registration in doubt: undecided',
      evidence: oneView({ doubts: ['registration'] }),
      recipe: golden,
      verdict: 'undecided',
      reasons: [['registration-uncertain', 'view:top', null, null, 'registration']],
    },
    {
      name: 'too narrow a frame: undecided',
      evidence: oneView({ widthPx: 639 }),
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [['frame-invalid', 'view:top', 639, 640, 'wrong-size']],
    },
    {
      name: 'too high a frame: undecided',
      evidence: oneView({ heightPx: 641 }),
      recipe: aRecipe(),
      verdict: 'undecided',
      reasons: [['frame-invalid', 'view:top', 641, 640, 'wrong-size']],
    },
    {
      name: 'no registration where a golden is required: undecided',
      evidence: oneView(),
      recipe: golden,
      verdict: 'undecided',
      reasons: [['registration-uncertain', 'view:top', null, 0.1, 'none']],
    },
    {
      name: 'an uncertain registration: undecided',
      evidence: oneView({ registration: { ...aligned, status: 'uncertain' } }),
      recipe: golden,
      verdict: 'undecided',
      reasons: [['registration-uncertain', 'view:top', 0.1, 0.1, 'uncertain']],
    },
    {
      name: 'too much residual: undecided',
      evidence: oneView({ registration: { ...aligned, residual: 0.101 } }),
      recipe: golden,
      verdict: 'undecided',
      reasons: [['registration-uncertain', 'view:top', 0.101, 0.1, 'aligned']],
    },
    {
      name: 'residual at its limit: pass',
      evidence: oneView({ registration: aligned }),
      recipe: golden,
      verdict: 'pass',
      reasons: [],
    },
    {
      name: 'an uncertain registration without a golden to fit: pass',
      evidence: oneView({ registration: { ...aligned, status: 'uncertain' } }),
      recipe: aRecipe(),
      verdict: 'pass',
      reasons: [],
    },
  ];
  it.each(table)('$name', ({ evidence, recipe, verdict, reasons }) => {
    const decided = decide(evidence, recipe);
    expect(decided.verdict).toBe(verdict);
    expect(
      decided.reasons.map(({ code, subject, value, limit, detail }) => [code, subject, value, limit, detail]),
    ).toEqual(reasons);
  });

  it.each([
    { name: 'an unknown view', evidence: oneView({ viewId: 'side' }), steps: ['view-known side fails'] },
    {
      name: 'an unfit frame',
      evidence: oneView({ doubts: ['blurred'] }),
      steps: ['view-known top holds', 'frame-fit top fails'],
    },
    {
      name: 'a frame that is fit',
      evidence: oneView({ registration: aligned }),
      steps: [
        'view-known top holds',
        'frame-fit top holds',
        'frame-size top holds',
        'frame-size top holds',
        'registration top holds',
      ],
    },
  ])('keeps every check of $name in the trace, in the order taken', ({ evidence, steps }) => {
    const { trace } = decide(evidence, golden);
    const taken = trace.filter(({ check }) => !['view-present', 'view-once'].includes(check));
    expect(taken.map(({ check, subject, outcome }) => `${check} ${subject.replace('view:', '')} ${outcome}`)).toEqual(
      steps,
    );
  });

  it.each([
    { widthPx: 599, limit: 600, outcome: 'fails' },
    { widthPx: 600, limit: 600, outcome: 'holds' },
    { widthPx: 700, limit: 600, outcome: 'holds' },
    { widthPx: 701, limit: 700, outcome: 'fails' },
  ])('a frame $widthPx px wide $outcome against 600 to 700', ({ widthPx, limit, outcome }) => {
    const recipe = aRecipe({ frame: { ...aRecipe().frame, widthPx: [600, 700] } });
    const step = decide(oneView({ widthPx }), recipe).trace.find(({ check }) => check === 'frame-size');
    expect(step).toMatchObject({ value: widthPx, limit, outcome });
  });

  it.each([
    { name: 'blurred', view: { doubts: ['blurred'] } },
    { name: 'of a wrong size', view: { widthPx: 10 } },
    { name: 'of an unknown view', view: { viewId: 'side' } },
  ] as const)('is certain of nothing on a frame that is $name, and hears no answer about it', ({ view }) => {
    const found = aDetection({ id: 'a', score: 0.9 });
    const doubtful = aDetection({ id: 'b', score: 0.4 });
    const reviews = [anAnswer('a'), anAnswer('b')];
    const decided = decide(oneView({ ...view, detections: [found, doubtful], reviews }), aRecipe());
    expect(decided.verdict).toBe('undecided');
    expect(decided.outcomes.map(({ detectorCall, outcome }) => [detectorCall, outcome])).toEqual([
      ['fail', 'doubt'],
      ['doubt', 'doubt'],
    ]);
    expect(
      decided.trace.filter(({ check }) => check === 'review-asked').map(({ subject, outcome }) => [subject, outcome]),
    ).toEqual([
      ['a', 'fails'],
      ['b', 'fails'],
    ]);
  });

  it('is certain of nothing on a view that came twice', () => {
    const view = aView({ detections: [aDetection({ score: 0.9 })] });
    expect(decide({ views: [view, aView()], independent: [] }, aRecipe()).verdict).toBe('undecided');
  });

  it('lists views as the recipe does, then unknown ones by name', () => {
    const views = ['zoo', 'top', 'bottom', 'arm'].map((viewId) =>
      aView({ viewId, detections: [aDetection({ id: viewId })] }),
    );
    const recipe = aRecipe({ views: [aViewRule({ viewId: 'bottom' }), aViewRule({ viewId: 'top' })] });
    const decided = decide({ views, independent: [] }, recipe);
    expect(decided.outcomes.map(({ viewId }) => viewId)).toEqual(['bottom', 'top', 'arm', 'zoo']);
    expect(decided.trace.slice(0, 4).map(({ subject }) => subject)).toEqual([
      'view:bottom',
      'view:top',
      'view:arm',
      'view:zoo',
    ]);
  });
});
