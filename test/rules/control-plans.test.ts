import { beforeAll, describe, expect, it } from 'vitest';
import type { Detection } from '#detector/detection.ts';
import { decide } from '#rules/decide.ts';
import type { Evidence, IndependentEvidence } from '#rules/evidence.ts';
import { loadRecipes } from '#rules/files/load-recipe.ts';
import type { Recipe } from '#rules/recipe.ts';
import type { Review } from '#vlm/review.ts';
import { aBox, aDetection, anAnswer, aView } from './builders.ts';
import { asRows } from './reasons-as-rows.ts';

let board: Recipe;
let spindle: Recipe;

beforeAll(async () => {
  const plans = await loadRecipes('docs/control-plans', new Date('2026-11-01T00:00:00Z'));
  const plan = (id: string): Recipe => {
    const loaded = plans.get(id);
    if (!loaded) throw new Error(`no plan ${id}`);
    return loaded.recipe;
  };
  board = plan('board-control-plan');
  spindle = plan('spindle-control-plan');
});

const shift = '2026-11-02T06:30:00Z';
const aligned = { status: 'aligned', dxPx: 1, dyPx: 0, rotationDeg: 0, scale: 1, residual: 0.01 } as const;

/** A board with the golden samples of the plan. */
function aBoard(found: { top?: readonly Detection[]; bottom?: readonly Detection[] }, goldens?: string): Evidence {
  const views = board.views.map(({ viewId, goldenSamples }) => {
    const detections = (viewId === 'top' ? found.top : found.bottom) ?? [];
    const goldenSha256 = goldens ?? goldenSamples[0]?.sha256 ?? null;
    return aView({ viewId, capturedAt: shift, goldenSha256, registration: aligned, detections });
  });
  return { views, independent: [] };
}

/** Something of a label: a row of pixels from (x, y), or a block. */
function found(id: string, label: string, [x, y, width, height]: readonly [number, number, number, number]): Detection {
  return aDetection({ id, label, score: 0.9, box: aBox(x, y, x + width, y + height) });
}

const mm = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e6) / 1e6);

describe('the plan of the board', () => {
  // A pixel is 0.02 mm; a row of n pixels is hypot(n, 1) pixels long, and 0.004 mm of uncertainty come on top.
  const length = (pixels: number): number => Math.round((Math.hypot(pixels, 1) * 0.02 + 0.004) * 1e6) / 1e6;
  it.each([
    {
      name: 'a spur just short enough',
      label: 'spur',
      pixels: 4,
      verdict: 'pass',
      reason: ['within-acceptance', length(4), 0.1, 'small-edge-defects'],
    },
    {
      name: 'a spur just too long',
      label: 'spur',
      pixels: 5,
      verdict: 'fail',
      reason: ['length-over-limit', length(5), 0.1, 'mm'],
    },
    {
      name: 'a mouse bite just short enough',
      label: 'mousebite',
      pixels: 4,
      verdict: 'pass',
      reason: ['within-acceptance', length(4), 0.1, 'small-edge-defects'],
    },
    {
      name: 'a pin hole of any size',
      label: 'pin-hole',
      pixels: 1,
      verdict: 'fail',
      reason: ['defect-certain', 0.9, 0.5, 'pin-hole'],
    },
    {
      name: 'an open of any size',
      label: 'open',
      pixels: 1,
      verdict: 'fail',
      reason: ['defect-certain', 0.9, 0.4, 'open'],
    },
  ] as const)('$name', ({ label, pixels, verdict, reason }) => {
    const decided = decide(aBoard({ top: [found('t1', label, [100, 100, pixels, 1])] }), board);
    expect(decided.verdict).toBe(verdict);
    const last = asRows(decided.outcomes[0]?.reasons ?? []).at(-1) ?? [];
    expect([last[0], mm(Number(last[1])), ...last.slice(2)]).toEqual(reason);
  });

  const spurs = (count: number, view: string): Detection[] =>
    Array.from({ length: count }, (_, index) => found(`${view}${index}`, 'spur', [100, 20 * index + 80, 3, 1]));
  it.each([
    { name: 'two small spurs on each side', top: 2, bottom: 2, verdict: 'pass', over: [] },
    {
      name: 'three on one side',
      top: 3,
      bottom: 0,
      verdict: 'fail',
      over: [['count-over-limit', 3, 2, 'small-edge-defects']],
    },
  ])('count: $name', ({ top, bottom, verdict, over }) => {
    const decided = decide(aBoard({ top: spurs(top, 't'), bottom: spurs(bottom, 'b') }), board);
    expect(decided.verdict).toBe(verdict);
    expect(
      asRows(decided.reasons)
        .filter(([code]) => code === 'count-over-limit')
        .slice(0, 1),
    ).toEqual(over);
  });

  it('count: two certain and one doubtful spur leave it to a person', () => {
    const [first, second, third] = spurs(3, 't');
    const top = [first, second, { ...third, score: 0.4 }].filter((one) => one !== undefined) as Detection[];
    const decided = decide(aBoard({ top }), board);
    expect(decided.verdict).toBe('undecided');
    expect(decided.outcomes.map(({ outcome }) => outcome)).toEqual(['doubt', 'doubt', 'doubt']);
    expect(asRows(decided.outcomes[0]?.reasons ?? [])).toEqual([
      ['defect-certain', 0.9, 0.5, 'spur'],
      ['count-over-limit', 3, 2, 'small-edge-defects'],
    ]);
  });

  it.each([
    // 500 pixels of 0.0004 square millimeters are 0.2.
    { name: 'on the frame, just small enough', at: [100, 605, 25, 20], verdict: 'pass', code: 'within-acceptance' },
    { name: 'on the frame, one row too large', at: [100, 605, 25, 21], verdict: 'fail', code: 'area-over-limit' },
    { name: 'one row beside the frame', at: [100, 599, 25, 20], verdict: 'fail', code: 'defect-certain' },
  ] as const)('copper $name', ({ at, verdict, code }) => {
    const decided = decide(aBoard({ top: [found('t1', 'copper', at)] }), board);
    expect(decided.verdict).toBe(verdict);
    expect(decided.outcomes[0]?.reasons.at(-1)?.code).toBe(code);
  });

  it.each([
    { name: 'three', xs: [10, 60, 110], verdict: 'pass' },
    { name: 'four', xs: [10, 60, 110, 160], verdict: 'fail' },
  ])('copper on the frame: $name a board', ({ xs, verdict }) => {
    const top = xs.map((x, index) => found(`t${index}`, 'copper', [x, 610, 5, 5]));
    expect(decide(aBoard({ top }), board).verdict).toBe(verdict);
  });

  it.each([
    { name: 'wholly inside', at: [500, 20, 120, 40], verdict: 'pass', code: 'in-dont-care' },
    { name: 'one column outside', at: [499, 20, 120, 40], verdict: 'fail', code: 'defect-certain' },
  ] as const)('the date code: $name', ({ at, verdict, code }) => {
    const decided = decide(aBoard({ top: [found('t1', 'short', at)] }), board);
    expect(decided.verdict).toBe(verdict);
    expect(decided.outcomes[0]?.reasons[0]?.code).toBe(code);
  });

  it('does not let the bottom side have a date code', () => {
    expect(decide(aBoard({ bottom: [found('b1', 'short', [500, 20, 50, 20])] }), board).verdict).toBe('fail');
  });

  it('leaves a board that was held against another golden sample to a person', () => {
    const decided = decide(aBoard({}, 'f'.repeat(64)), board);
    expect(decided.verdict).toBe('undecided');
    expect(decided.reasons.map(({ code, subject }) => [code, subject])).toEqual([
      ['golden-unapproved', 'view:top'],
      ['golden-unapproved', 'view:bottom'],
    ]);
  });
});

describe('the plan of the spindle', () => {
  function aSpindle(
    detections: readonly Detection[],
    more: { reviews?: readonly Review[]; independent?: readonly IndependentEvidence[] } = {},
  ): Evidence {
    const size = { widthPx: 1130, heightPx: 460 };
    const view = aView({ viewId: 'surface', capturedAt: shift, ...size, detections, reviews: more.reviews ?? [] });
    return { views: [view], independent: more.independent ?? [] };
  }
  // A pixel is 0.025 mm; 0.02 mm of uncertainty come on top: a row of 19 pixels is 0.4957 mm, of 20 pixels 0.5206 mm.
  it.each([
    { name: 'on the raceway, just short enough', at: [300, 150, 19, 1], verdict: 'pass', code: 'within-acceptance' },
    { name: 'on the raceway, just too long', at: [300, 150, 20, 1], verdict: 'fail', code: 'length-over-limit' },
    {
      name: 'on the raceway, short but just too large',
      at: [300, 150, 13, 13],
      verdict: 'fail',
      code: 'area-over-limit',
    },
    {
      name: 'on the raceway, short and just small enough',
      at: [300, 150, 12, 13],
      verdict: 'pass',
      code: 'within-acceptance',
    },
    { name: 'half on the raceway', at: [300, 295, 1, 10], verdict: 'pass', code: 'within-acceptance' },
    {
      name: 'less than half on the raceway, and not wholly on the shoulder',
      at: [300, 296, 1, 10],
      verdict: 'fail',
      code: 'defect-certain',
    },
    { name: 'on the shoulder, just short enough', at: [300, 350, 59, 1], verdict: 'pass', code: 'within-acceptance' },
    { name: 'on the shoulder, just too long', at: [300, 350, 60, 1], verdict: 'fail', code: 'length-over-limit' },
    { name: 'in no zone', at: [1105, 150, 4, 1], verdict: 'fail', code: 'defect-certain' },
    { name: 'on the mark of the clamp', at: [150, 150, 40, 40], verdict: 'pass', code: 'in-dont-care' },
  ] as const)('a pit $name', ({ at, verdict, code }) => {
    const decided = decide(aSpindle([found('s1', 'pitting', at)]), spindle);
    expect(decided.verdict).toBe(verdict);
    expect(decided.outcomes[0]?.reasons.at(-1)?.code).toBe(code);
  });

  it.each([
    { name: 'one on the raceway', raceway: 1, shoulder: 0, verdict: 'pass' },
    { name: 'two on the raceway', raceway: 2, shoulder: 0, verdict: 'fail' },
    { name: 'three on the shoulder and one on the raceway', raceway: 1, shoulder: 3, verdict: 'pass' },
    { name: 'four on the shoulder', raceway: 0, shoulder: 4, verdict: 'fail' },
  ])('count: $name', ({ raceway, shoulder, verdict }) => {
    const pits = (count: number, y: number): Detection[] =>
      Array.from({ length: count }, (_, index) => found(`${y}-${index}`, 'pitting', [300 + 40 * index, y, 5, 5]));
    expect(decide(aSpindle([...pits(raceway, 150), ...pits(shoulder, 350)]), spindle).verdict).toBe(verdict);
  });

  it.each([
    { name: 'and a second exposure agrees', score: 0.55, independent: true, verdict: 'pass', code: 'defect-lowered' },
    {
      name: 'and no second exposure agrees',
      score: 0.55,
      independent: false,
      verdict: 'fail',
      code: 'lower-not-independent',
    },
    {
      name: 'at a score nobody is asked about',
      score: 0.6,
      independent: true,
      verdict: 'fail',
      code: 'defect-certain',
    },
  ])('the reviewer says oil, $name', ({ score, independent, verdict, code }) => {
    const pit = { ...found('s1', 'pitting', [1105, 150, 20, 20]), score };
    const reviews = [anAnswer('s1', { judgement: 'false-call', label: 'oil', box: pit.box })];
    const ring: IndependentEvidence = {
      kind: 'other-exposure',
      id: 's1',
      supports: 'false-call',
      source: 'ring light',
    };
    const decided = decide(aSpindle([pit], { reviews, independent: independent ? [ring] : [] }), spindle);
    expect(decided.verdict).toBe(verdict);
    expect(decided.outcomes[0]?.reasons.at(-1)?.code).toBe(code);
  });
});

describe('approvals that have ended', () => {
  it.each([
    { name: 'valid', at: shift, verdict: 'pass', codes: [] },
    { name: 'from the moment they were given', at: '2026-10-01T06:00:00Z', verdict: 'pass', codes: [] },
    {
      name: 'from before they were given',
      at: '2026-10-01T05:59:59Z',
      verdict: 'undecided',
      codes: ['approval-expired'],
    },
    { name: 'at the very end', at: '2029-10-01T06:00:00Z', verdict: 'undecided', codes: ['approval-expired'] },
  ])('a frame $name', ({ at, verdict, codes }) => {
    const evidence = aBoard({});
    const views = evidence.views.map((view) => ({ ...view, capturedAt: at }));
    const decided = decide({ ...evidence, views }, board);
    expect(decided.verdict).toBe(verdict);
    expect([...new Set(decided.reasons.map(({ code }) => code))]).toEqual(codes);
  });

  it('cannot be judged for a frame without a time', () => {
    const evidence = aBoard({});
    const views = evidence.views.map((view) => ({ ...view, capturedAt: null }));
    const decided = decide({ ...evidence, views }, board);
    expect(decided.reasons.slice(0, 2)).toEqual([
      { code: 'approval-expired', subject: 'view:top', value: null, limit: 0, detail: 'L. Novak, metrology' },
      { code: 'approval-expired', subject: 'view:top', value: null, limit: 0, detail: 'A. Weber, quality' },
    ]);
  });

  it('says how many days an approval still holds', () => {
    const { trace } = decide(aBoard({}), board);
    const days = (Date.parse('2029-10-01T06:00:00Z') - Date.parse(shift)) / 86_400_000;
    expect(
      trace
        .filter(({ check }) => ['calibration-valid', 'golden-approved', 'golden-valid'].includes(check))
        .map(({ check, value, limit }) => [check, value, limit]),
    ).toEqual([
      ['calibration-valid', days, 0],
      ['golden-approved', null, null],
      ['golden-valid', days, 0],
      ['calibration-valid', days, 0],
      ['golden-approved', null, null],
      ['golden-valid', days, 0],
    ]);
  });
});
