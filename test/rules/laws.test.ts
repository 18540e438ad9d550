import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { decide } from '#rules/decide.ts';
import type { Evidence, ViewEvidence } from '#rules/evidence.ts';
import { reasonCodes } from '#rules/reason.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { VerdictKind } from '#rules/verdict.ts';
import type { Review } from '#vlm/review.ts';
import { cases, reviewOf, type Case } from './arbitraries.ts';
import { aBox, anAnswer, aView, noAnswer } from './builders.ts';

// LAW_CASES asks for more, LAW_SEED makes a run repeatable; CI takes 20,000 cases a law.
const numRuns = Number(process.env['LAW_CASES'] ?? (process.env['CI'] ? 20_000 : 1_000));
const seed = process.env['LAW_SEED'];
vi.setConfig({ testTimeout: 1_200_000 });
const settings = { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) };

/** The counterexample to a law, with its seed; null where none was found. */
function counterexample<Values extends [unknown, ...unknown[]]>(law: fc.IProperty<Values>, share = 1): string | null {
  return fc.defaultReportMessage(fc.check(law, { ...settings, numRuns: Math.ceil(numRuns * share) })) ?? null;
}

/** Better is what lets more parts out: a pass does; undecided and fail both keep the part. */
function releases(verdict: VerdictKind): number {
  return verdict === 'pass' ? 1 : 0;
}

function withReviews({ evidence, recipe }: Case, change: (reviews: readonly Review[]) => readonly Review[]): Case {
  const views = evidence.views.map((view) => ({ ...view, reviews: change(view.reviews) }));
  return { recipe, evidence: { ...evidence, views } };
}

const decided = (one: Case): ReturnType<typeof decide> => decide(one.evidence, one.recipe);

/** Ways in which a valid review is spoiled. Each gives what stands in its place. */
const spoil: Readonly<Record<string, (review: Review) => readonly Review[]>> = {
  lost: () => [],
  late: ({ id }) => [noAnswer(id, 'timeout')],
  garbled: ({ id }) => [noAnswer(id, 'malformed')],
  shorter: ({ id }) => [noAnswer(id, 'truncated')],
  doubled: (review) => [review, review],
  'of another id': (review) => [{ ...review, id: `${review.id}x` }],
  'without its box': (review) => [alter(review, { box: null })],
  'with its box elsewhere': (review) => [alter(review, { box: aBox(500, 500, 510, 510) })],
  'with its box on everything': (review) => [alter(review, { box: aBox(0, 0, 640, 640) })],
  'with a word nobody knows': (review) => [alter(review, { label: 'accept this part' })],
  uncertain: (review) => [alter(review, { judgement: 'uncertain', label: 'none', box: null })],
};

function alter(review: Review, finding: Partial<Extract<Review, { kind: 'answered' }>['finding']>): Review {
  return review.kind === 'answered' ? { ...review, finding: { ...review.finding, ...finding } } : review;
}

describe('law 1, conservation: every part gets exactly one verdict, and everything found has exactly one outcome', () => {
  it('holds, and every verdict but a pass says why', () => {
    const law = fc.property(cases, (one) => {
      const { verdict, outcomes, reasons } = decided(one);
      const found = one.evidence.views.flatMap((view) => [...view.detections, ...view.candidates]);
      const ids = (all: readonly { id: string }[]): string =>
        all
          .map(({ id }) => id)
          .toSorted()
          .join();
      const has = (kind: string): boolean => outcomes.some(({ outcome }) => outcome === kind);
      return (
        ids(outcomes) === ids(found) &&
        (reasons.length === 0) === (verdict === 'pass') &&
        reasons.every(({ code }) => code in reasonCodes) &&
        (verdict === 'fail') === has('fail') &&
        !(verdict === 'pass' && has('doubt'))
      );
    });
    expect(counterexample(law)).toBeNull();
  });
});

describe('law 2, doubt is monotone: a spoiled review never lets a part out that the valid one kept', () => {
  it.each(Object.entries(spoil))('%s', (_, spoiled) => {
    const ways = Object.keys(spoil).length;
    const law = fc.property(cases, fc.nat(), (one, pick) => {
      const reviews = one.evidence.views.flatMap((view) => view.reviews);
      const chosen = reviews[pick % Math.max(1, reviews.length)];
      const worse = withReviews(one, (all) =>
        all.flatMap((review) => (review === chosen ? spoiled(review) : [review])),
      );
      return releases(decided(worse).verdict) <= releases(decided(one).verdict);
    });
    expect(counterexample(law, 2 / ways)).toBeNull();
  });

  it('keeps a detection in the review band without a valid review at best undecided', () => {
    const law = fc.property(cases, (one) => {
      const { verdict, outcomes } = decided(withReviews(one, () => []));
      return one.evidence.views.every((view) => {
        const asked = new Set(questionsFor(view, one.recipe));
        const inBand = view.detections.filter(({ id }) => asked.has(id));
        const called = inBand
          .map(({ id }) => outcomes.find((other) => other.id === id))
          .filter((outcome) => outcome?.detectorCall !== 'ignore' && outcome?.source !== 'acceptance');
        return called.length === 0 || (verdict !== 'pass' && called.every((outcome) => outcome?.outcome !== 'accept'));
      });
    });
    expect(counterexample(law)).toBeNull();
  });

  it('gives a reviewer that may lower nothing and clear nothing no way to let a part out, whatever it says', () => {
    const withLies = cases
      .map((one) => ({ ...one, recipe: withoutPower(one.recipe) }))
      .chain((one) => {
        const found = one.evidence.views.flatMap((view) => [...view.detections, ...view.candidates]);
        return fc.tuple(fc.constant(one), fc.tuple(...found.map(reviewOf)));
      });
    const law = fc.property(withLies, ([one, lies]) => {
      const silent = decided(withReviews(one, () => []));
      const lied = decided(withReviews(one, () => lies));
      return releases(lied.verdict) <= releases(silent.verdict);
    });
    expect(counterexample(law)).toBeNull();
  });
});

function withoutPower(recipe: Case['recipe']): Case['recipe'] {
  const labels = recipe.labels.map((rule) => ({ ...rule, authority: 'raise' as const, lowerBand: null }));
  const hold = recipe.candidates.hold === 'until-cleared' ? 'always' : recipe.candidates.hold;
  return { ...recipe, labels, candidates: { ...recipe.candidates, hold } };
}

describe('law 3: an unknown label, a missing view, an unfit frame, an uncertain registration never pass', () => {
  const harm: Readonly<Record<string, (one: Case) => Evidence>> = {
    'an unknown label': ({ evidence }) =>
      onFirst(evidence, (view) => {
        const [first] = view.detections;
        const strange = { ...(first ?? { ...aBoxed, id: 'strange' }), label: 'crack' };
        return { ...view, detections: [strange, ...view.detections.slice(1)] };
      }),
    'a missing view': ({ evidence }) => ({ ...evidence, views: evidence.views.slice(1) }),
    'an unfit frame': ({ evidence }) => onFirst(evidence, (view) => ({ ...view, doubts: ['black'] })),
    'a frame of a wrong size': ({ evidence }) => onFirst(evidence, (view) => ({ ...view, heightPx: 0 })),
    'a view nobody knows': ({ evidence }) => ({ ...evidence, views: [...evidence.views, aView({ viewId: 'inside' })] }),
    'a view that came twice': ({ evidence }) => ({
      ...evidence,
      views: [...evidence.views, ...evidence.views.slice(0, 1)],
    }),
  };
  const aBoxed = { label: 'spur', score: 0, box: aBox(0, 0, 9, 9), areaPx: 81, region: null };
  it.each(Object.entries(harm))('%s', (_, harmed) => {
    const ways = Object.keys(harm).length + 1;
    const law = fc.property(cases, (one) => {
      return decide(harmed(one), one.recipe).verdict !== 'pass';
    });
    expect(counterexample(law, 1 / ways)).toBeNull();
  });

  it('an uncertain registration', () => {
    const aligned = { status: 'aligned', dxPx: 0, dyPx: 0, rotationDeg: 0, scale: 1, residual: 0 } as const;
    const registrations = fc.constantFrom(null, { ...aligned, status: 'uncertain' } as const, {
      ...aligned,
      residual: 0.2,
    });
    const law = fc.property(cases, registrations, ({ evidence, recipe }, registration) => {
      const views = recipe.views.map((view) => ({ ...view, golden: 'required' as const }));
      // The others fit, or they would keep the part whatever becomes of this one.
      const others = evidence.views.map((view) => ({ ...view, registration: aligned }));
      const harmed = onFirst({ ...evidence, views: others }, (view) => ({ ...view, registration }));
      return decide(harmed, { ...recipe, views }).verdict !== 'pass';
    });
    expect(counterexample(law, 1 / 7)).toBeNull();
  });
});

function onFirst(evidence: Evidence, change: (view: ViewEvidence) => ViewEvidence): Evidence {
  return { ...evidence, views: evidence.views.map((view, index) => (index === 0 ? change(view) : view)) };
}

describe('law 4, pure: the same evidence gives the same verdict, in any order', () => {
  it('holds, and nothing that was given is changed', () => {
    const keys = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
    const law = fc.property(cases, keys, (one, order) => {
      const before = JSON.stringify(one);
      const shuffle = <Value>(values: readonly Value[]): Value[] =>
        values
          .map((value, index) => ({ value, key: order[index % order.length] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ value }) => value);
      const views = shuffle(one.evidence.views).map((view) => ({
        ...view,
        detections: shuffle(view.detections),
        candidates: shuffle(view.candidates),
        reviews: shuffle(view.reviews),
      }));
      const shuffled = { views, independent: shuffle(one.evidence.independent) };
      const same = JSON.stringify(decide(shuffled, one.recipe)) === JSON.stringify(decided(one));
      return same && JSON.stringify(one) === before;
    });
    expect(counterexample(law)).toBeNull();
  });
});

describe('law 5, takt: a verdict needs no answer, and a late answer changes nothing', () => {
  it('gives the verdict of silence to answers that came too late, and to answers nobody asked for', () => {
    const law = fc.property(cases, (one) => {
      const silent = decided(withReviews(one, () => []));
      const late = decided(withReviews(one, (reviews) => reviews.map(({ id }) => noAnswer(id, 'timeout'))));
      const stray = decided(withReviews(one, () => [anAnswer('nobody', { judgement: 'false-call', label: 'dust' })]));
      const calls = (verdict: typeof silent): string =>
        JSON.stringify([verdict.verdict, verdict.outcomes.map(({ id, outcome }) => [id, outcome])]);
      return calls(late) === calls(silent) && calls(stray) === calls(silent);
    });
    expect(counterexample(law)).toBeNull();
  });
});
