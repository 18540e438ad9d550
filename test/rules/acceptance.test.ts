import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import type { IndependentEvidence } from '#rules/evidence.ts';
import type { Recipe } from '#rules/recipe.ts';
import {
  aBox,
  aCalibration,
  aCandidate,
  aDetection,
  aLabelRule,
  aLoweringRecipe,
  anAcceptanceRule,
  anAnswer,
  aRecipe,
  aView,
  aViewRule,
  aZone,
  oneView,
} from './builders.ts';

/** A view of 0.1 mm a pixel; spurs up to 3 mm are accepted, two a view. */
function accepting(with_: Partial<Recipe> = {}): Recipe {
  return aRecipe({ views: [aViewRule({ calibration: aCalibration() })], acceptance: [anAcceptanceRule()], ...with_ });
}

const spur = (id: string, score = 0.9) => aDetection({ id, score });

describe('acceptance by size and count', () => {
  it('says the size beside its limit, and the rule', () => {
    const decided = decide(oneView({ detections: [spur('a')] }), accepting());
    const length = 0.1 * Math.hypot(20, 20);
    expect(decided.verdict).toBe('pass');
    expect(decided.outcomes[0]).toMatchObject({ detectorCall: 'fail', outcome: 'accept', source: 'acceptance' });
    expect(decided.outcomes[0]?.reasons).toHaveLength(1);
    expect(decided.outcomes[0]?.reasons[0]).toMatchObject({
      code: 'within-acceptance',
      subject: 'a',
      limit: 3,
      detail: 'small-spurs',
    });
    expect(decided.outcomes[0]?.reasons[0]?.value).toBeCloseTo(length, 12);
    expect(
      decided.trace.slice(-2).map(({ check, subject, limit, outcome }) => [check, subject, limit, outcome]),
    ).toEqual([
      ['acceptable-length', 'a', 3, 'holds'],
      ['acceptable-count', 'a', 2, 'holds'],
    ]);
    expect(decided.trace.at(-1)?.value).toBe(1);
  });

  it('takes length before area, and says the one that is missed', () => {
    const rule = anAcceptanceRule({ areaUpToMm2: 3.99 });
    const decided = decide(oneView({ detections: [spur('a')] }), accepting({ acceptance: [rule] }));
    expect(decided.verdict).toBe('fail');
    expect(decided.reasons.map(({ code }) => code)).toEqual(['defect-certain', 'area-over-limit']);
    expect(decided.reasons[1]).toMatchObject({ limit: 3.99, detail: 'mm2' });
    expect(decided.outcomes[0]).toMatchObject({ outcome: 'fail', source: 'detector' });
    expect(decided.trace.slice(-2).map(({ check, outcome }) => [check, outcome])).toEqual([
      ['acceptable-length', 'holds'],
      ['acceptable-area', 'fails'],
    ]);
  });

  it('accepts a doubtful one that would be good even if it were real', () => {
    expect(decide(oneView({ detections: [spur('a', 0.4)] }), accepting()).verdict).toBe('pass');
  });

  it.each([
    { name: 'two certain', scores: [0.9, 0.9], outcomes: ['accept', 'accept'], value: 2 },
    { name: 'one certain and one doubtful', scores: [0.9, 0.4], outcomes: ['accept', 'accept'], value: 2 },
    { name: 'three certain', scores: [0.9, 0.9, 0.9], outcomes: ['fail', 'fail', 'fail'], value: 3 },
    {
      name: 'three certain and one doubtful',
      scores: [0.9, 0.9, 0.9, 0.4],
      outcomes: ['fail', 'fail', 'fail', 'doubt'],
      value: 3,
    },
    { name: 'two certain and one doubtful', scores: [0.9, 0.9, 0.4], outcomes: ['doubt', 'doubt', 'doubt'], value: 3 },
    { name: 'three doubtful', scores: [0.4, 0.4, 0.4], outcomes: ['doubt', 'doubt', 'doubt'], value: 3 },
  ])('count of two: $name', ({ scores, outcomes, value }) => {
    const detections = scores.map((score, index) => spur(`d${index}`, score));
    const decided = decide(oneView({ detections }), accepting());
    expect(decided.outcomes.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(decided.trace.filter(({ check }) => check === 'acceptable-count').map((step) => step.value)).toEqual(
      scores.map(() => value),
    );
  });

  it('counts those alone that fit the rule: not one that is too long', () => {
    const long = aDetection({ id: 'long', score: 0.9, box: aBox(200, 200, 260, 220) });
    const { outcomes } = decide(oneView({ detections: [spur('a'), spur('b'), long] }), accepting());
    expect(outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['long', 'fail'],
      ['a', 'accept'],
      ['b', 'accept'],
    ]);
  });

  it('does not count what the reviewer lowered', () => {
    const { labels, independentKinds } = aLoweringRecipe();
    const recipe = accepting({ labels, independentKinds });
    const reviews = [anAnswer('dust', { judgement: 'false-call', label: 'dust' })];
    const evidence = oneView({ detections: [spur('a'), spur('b'), spur('dust', 0.65)], reviews });
    const support = { kind: 'other-view', id: 'dust', supports: 'false-call', source: 'camera 2' } as const;
    const verdictWith = (independent: readonly IndependentEvidence[]) => decide({ ...evidence, independent }, recipe);
    expect(verdictWith([support]).outcomes.map(({ source }) => source)).toEqual([
      'acceptance',
      'acceptance',
      'reviewer',
    ]);
    expect(verdictWith([support]).verdict).toBe('pass');
    expect(verdictWith([]).verdict).toBe('fail');
  });

  it.each([
    { countPer: 'view', verdict: 'pass' },
    { countPer: 'part', verdict: 'fail' },
  ] as const)('counts over each $countPer', ({ countPer, verdict }) => {
    const views = ['top', 'bottom'].map((viewId) => aViewRule({ viewId, calibration: aCalibration() }));
    const seen = ['top', 'bottom'].map((viewId) =>
      aView({ viewId, detections: [spur(`${viewId}1`), spur(`${viewId}2`)] }),
    );
    const recipe = accepting({ views, acceptance: [anAcceptanceRule({ countPer })] });
    expect(decide({ views: seen, independent: [] }, recipe).verdict).toBe(verdict);
  });

  it('counts over each zone', () => {
    const zones = [aZone('left', aBox(0, 0, 320, 640)), aZone('right', aBox(320, 0, 640, 640))];
    const views = [aViewRule({ calibration: aCalibration(), zones })];
    const rule = anAcceptanceRule({ zones: ['left', 'right'], countPer: 'zone', countUpTo: 1 });
    const at = (id: string, x: number) => aDetection({ id, score: 0.9, box: aBox(x, 100, x + 20, 120) });
    const verdictOf = (...xs: number[]) =>
      decide(
        oneView({ detections: xs.map((x, index) => at(`d${index}`, x)) }),
        accepting({ views, acceptance: [rule] }),
      ).verdict;
    expect(verdictOf(100, 400)).toBe('pass');
    expect(verdictOf(100, 200)).toBe('fail');
    expect(verdictOf(310)).toBe('fail');
  });
});

describe('what acceptance does not speak of', () => {
  const critical = [aLabelRule({ label: 'short', severity: 'critical' }), aLabelRule()];
  it.each([
    {
      name: 'another label',
      detection: { label: 'short' },
      recipe: accepting({ labels: critical }),
      code: 'defect-certain',
    },
    {
      name: 'a view without calibration',
      detection: {},
      recipe: accepting({ views: [aViewRule()] }),
      code: 'defect-certain',
    },
    {
      name: 'a label by another severity',
      detection: {},
      recipe: accepting({ acceptance: [anAcceptanceRule({ labels: [], severities: ['major'] })] }),
      code: 'defect-certain',
    },
    {
      name: 'another place',
      detection: {},
      recipe: accepting({ acceptance: [anAcceptanceRule({ zones: ['nowhere'] })] }),
      code: 'defect-certain',
    },
  ])('$name', ({ detection, recipe, code }) => {
    const decided = decide(oneView({ detections: [aDetection({ score: 0.9, ...detection })] }), recipe);
    expect(decided.verdict).toBe('fail');
    expect(decided.reasons.at(-1)?.code).toBe(code);
  });

  it('a label by its severity', () => {
    const rule = anAcceptanceRule({ labels: [], severities: ['minor'] });
    expect(decide(oneView({ detections: [spur('a')] }), accepting({ acceptance: [rule] })).verdict).toBe('pass');
  });

  it('anything on an unfit frame, and a label that nobody knows', () => {
    expect(decide(oneView({ detections: [spur('a')], doubts: ['blurred'] }), accepting()).outcomes[0]?.outcome).toBe(
      'doubt',
    );
    expect(decide(oneView({ detections: [aDetection({ label: 'crack' })] }), accepting()).verdict).toBe('undecided');
  });

  it('a candidate: it is not called, so its size is not asked', () => {
    const decided = decide(oneView({ candidates: [aCandidate()] }), accepting());
    expect(decided.outcomes[0]?.outcome).toBe('doubt');
    expect(decided.trace.map(({ check }) => check)).not.toContain('acceptable-length');
  });

  it('takes the first rule that fits, and names the first that does not where none fits', () => {
    const tight = anAcceptanceRule({ ruleId: 'tight', lengthUpToMm: 1 });
    const wide = anAcceptanceRule({ ruleId: 'wide', lengthUpToMm: 5 });
    const fits = decide(oneView({ detections: [spur('a')] }), accepting({ acceptance: [tight, wide] }));
    expect(fits.outcomes[0]?.reasons[0]).toMatchObject({ code: 'within-acceptance', detail: 'wide' });
    const narrow = anAcceptanceRule({ ruleId: 'narrow', lengthUpToMm: 2 });
    const fails = decide(oneView({ detections: [spur('a')] }), accepting({ acceptance: [tight, narrow] }));
    expect(fails.reasons[1]).toMatchObject({ code: 'length-over-limit', limit: 1 });
  });

  it('a size that cannot be measured', () => {
    const empty = { x: 0, y: 0, widthPx: 2, heightPx: 1, runs: [2] };
    const decided = decide(oneView({ detections: [aDetection({ score: 0.9, region: empty })] }), accepting());
    expect(decided.reasons[1]).toMatchObject({ code: 'length-over-limit', value: null, limit: 3 });
  });
});
