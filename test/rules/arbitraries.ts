import fc from 'fast-check';
import type { Box } from '#detector/box.ts';
import type { Detection, RegionMask } from '#detector/detection.ts';
import { maySometimesLower } from '#rules/check-authority.ts';
import type { Evidence, FrameDoubt, IndependentEvidence, ViewEvidence } from '#rules/evidence.ts';
import type { LabelRule, Recipe } from '#rules/recipe.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { Finding, Review, UnavailableReason } from '#vlm/review.ts';
import {
  aBox,
  aCalibration,
  aFullRegion,
  anAcceptanceRule,
  anAnswer,
  aRecipe,
  aViewRule,
  aZone,
  noAnswer,
  someDay,
} from './builders.ts';

const labels = ['spur', 'short', 'open'] as const;
const causes = ['dust', 'glare'] as const;
const viewIds = ['top', 'bottom'] as const;

/** Twentieths, so that limits are met exactly and often. */
const score = fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20);

const labelRule = (label: string): fc.Arbitrary<LabelRule> =>
  fc
    .record({
      limits: fc.tuple(score, score).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      beyond: fc.integer({ min: 0, max: 4 }).map((twentieths) => twentieths / 20),
      authority: fc.constantFrom('explain', 'raise', 'lower', 'raise-and-lower'),
      severity: fc.constantFrom('minor', 'major', 'critical'),
    })
    .map(({ limits: [ignoreBelow, failFrom], beyond, authority, severity }) => {
      const to = maySometimesLower({ authority }) ? failFrom + beyond : failFrom;
      const lowerBand = maySometimesLower({ authority }) ? ([ignoreBelow, to] as const) : null;
      const from = Math.max(0, ignoreBelow - (authority === 'explain' ? beyond : 0));
      return { label, severity, ignoreBelow, failFrom, reviewBand: [from, to], authority, lowerBand };
    });

/** Recipes of two views with every kind of authority, hold, zone and acceptance. */
export const recipes: fc.Arbitrary<Recipe> = fc
  .record({
    labels: fc.tuple(...labels.map(labelRule)),
    hold: fc.constantFrom('always', 'until-cleared', 'never'),
    askFrom: score,
    differenceFromPx: fc.option(fc.constantFrom(1, 100, 400)),
    atMost: fc.integer({ min: 0, max: 3 }),
    iouFrom: fc.constantFrom(0.1, 0.5),
    compareWith: fc.constantFrom('box', 'region', 'between'),
    zoned: fc.boolean(),
    accepts: fc.boolean(),
    countUpTo: fc.integer({ min: 1, max: 2 }),
    countPer: fc.constantFrom('view', 'part'),
  })
  .map((some) =>
    aRecipe({
      views: viewIds.map((viewId) =>
        aViewRule({
          viewId,
          calibration: some.accepts ? aCalibration() : null,
          zones: some.zoned ? [aZone('code', aBox(0, 0, 24, 24), { use: 'dont-care' })] : [],
        }),
      ),
      labels: some.labels,
      acceptance: some.accepts
        ? [
            anAcceptanceRule({
              labels: ['spur', 'open'],
              lengthUpToMm: 2,
              countUpTo: some.countUpTo,
              countPer: some.countPer,
            }),
          ]
        : [],
      candidates: {
        askFrom: some.askFrom,
        differenceFromPx: some.differenceFromPx,
        atMost: some.atMost,
        hold: some.hold,
      },
      independentKinds: ['other-view'],
      review: {
        ...aRecipe().review,
        iouFrom: some.iouFrom,
        compareWith: some.compareWith,
        regionLeftOverUpTo: 0.6,
      },
    }),
  );

const box: fc.Arbitrary<Box> = fc
  .tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .map(([x, y, width, height]) => aBox(x * 4, y * 4, (x + width) * 4, (y + height) * 4));

const region = (of: Box): fc.Arbitrary<RegionMask | null> => {
  const whole = aFullRegion(of);
  const third = Math.floor((whole.widthPx * whole.heightPx) / 3);
  const pieces = { ...whole, runs: [0, third, third, third] };
  return fc.constantFrom(whole, whole, whole, pieces, null);
};

function detection(id: string): fc.Arbitrary<Detection> {
  return box.chain((of) =>
    fc.record({
      id: fc.constant(id),
      // Seldom a label that no recipe knows.
      label: fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(...labels) },
        { weight: 1, arbitrary: fc.constant('crack') },
      ),
      score: fc.oneof({ weight: 40, arbitrary: score }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
      box: fc.constant(of),
      areaPx: fc.constantFrom(100, 100, 400, Number.NaN),
      region: region(of),
    }),
  );
}

/** A finding about a detection: mostly in its place and of its label, so that many are valid. */
function finding(about: Detection): fc.Arbitrary<Partial<Finding>> {
  const place = fc.oneof(
    { weight: 6, arbitrary: fc.constant(about.box) },
    { weight: 1, arbitrary: box },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  return fc.oneof(
    fc.record({
      judgement: fc.constant('confirmed' as const),
      label: fc.constantFrom(about.label, ...labels),
      box: place,
    }),
    fc.record({
      judgement: fc.constant('false-call' as const),
      label: fc.constantFrom(...causes, 'nothing'),
      box: place,
    }),
    fc.constant({ judgement: 'uncertain' as const, label: 'none', box: null }),
  );
}

const why: fc.Arbitrary<UnavailableReason> = fc.constantFrom(
  'timeout',
  'truncated',
  'malformed',
  'schema',
  'transport',
);

/** A review of a detection: answered in most cases. */
export function reviewOf(about: Detection): fc.Arbitrary<Review> {
  return fc.oneof(
    { weight: 5, arbitrary: finding(about).map((given) => anAnswer(about.id, given)) },
    { weight: 1, arbitrary: why.map((reason) => noAnswer(about.id, reason)) },
  );
}

const doubts: fc.Arbitrary<readonly FrameDoubt[]> = fc.oneof(
  { weight: 25, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constantFrom<FrameDoubt>('blurred', 'missing', 'registration').map((doubt) => [doubt]) },
);

function view(viewId: string, recipe: Recipe): fc.Arbitrary<ViewEvidence> {
  const found = fc.record({
    detections: fc
      .integer({ min: 0, max: 3 })
      .chain((count) => fc.tuple(...numbered(count, (n) => detection(`${viewId}-d${n}`)))),
    candidates: fc
      .integer({ min: 0, max: 2 })
      .chain((count) => fc.tuple(...numbered(count, (n) => detection(`${viewId}-c${n}`)))),
    doubts,
  });
  return found.chain((seen) => {
    const bare: ViewEvidence = {
      viewId,
      capturedAt: someDay,
      goldenSha256: null,
      doubts: seen.doubts,
      widthPx: 640,
      heightPx: 640,
      registration: null,
      detections: seen.detections,
      candidates: seen.candidates.map((one) => ({ ...one, source: one.score > 0.5 ? 'difference' : 'net' })),
      reviews: [],
    };
    const asked = new Set(questionsFor(bare, recipe));
    const about = [...bare.detections, ...bare.candidates].filter(({ id }) => asked.has(id));
    return fc.tuple(...about.map(reviewOf)).map((reviews) => ({ ...bare, reviews }));
  });
}

function independentOf(views: readonly ViewEvidence[]): fc.Arbitrary<readonly IndependentEvidence[]> {
  const ids = views.flatMap(({ detections }) => detections.map(({ id }) => id));
  const each = ids.map((id) =>
    fc.constantFrom<readonly IndependentEvidence[]>(
      [],
      [{ kind: 'other-view', id, supports: 'false-call', source: 'camera 2' }],
      [{ kind: 'other-view', id, supports: 'false-call', source: 'camera 2' }],
      [{ kind: 'classical-measurement', id, supports: 'defect', source: 'gage' }],
    ),
  );
  return fc.tuple(...each).map((lists) => lists.flat());
}

/** A part as a recipe may see it: both views mostly there, everything asked mostly answered. */
export interface Case {
  readonly recipe: Recipe;
  readonly evidence: Evidence;
}

export const cases: fc.Arbitrary<Case> = recipes.chain((recipe) =>
  fc
    .oneof(
      { weight: 12, arbitrary: fc.tuple(view('top', recipe), view('bottom', recipe)) },
      { weight: 1, arbitrary: fc.tuple(view('top', recipe)) },
      { weight: 1, arbitrary: fc.tuple(view('top', recipe), view('bottom', recipe), view('side', recipe)) },
    )
    .chain((views) => independentOf(views).map((independent) => ({ recipe, evidence: { views, independent } }))),
);

function numbered<Value>(count: number, make: (number: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}
