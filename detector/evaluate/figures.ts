import { boxArea } from '#detector/box.ts';
import { centersMeet, isFalseCall, matchImage, type ScoredImage } from '#detector/evaluate/match-image.ts';
import {
  averagePrecision,
  cocoAveragePrecision,
  fMeasure,
  rankCalls,
  weightedSum,
  type Weights,
} from '#detector/evaluate/ranking.ts';

/** IoU from which DeepPCB counts a call as right (Tang et al. 2019, arXiv 1902.06197). */
const deepPcbIou = 0.33;
const cocoIous = Array.from({ length: 10 }, (_, index) => 0.5 + index * 0.05);

/** Classes of a defect by the square root of its area in px. */
const sizeClasses = [
  { name: 'under 8 px', below: 8 },
  { name: '8 to 16 px', below: 16 },
  { name: '16 to 32 px', below: 32 },
  { name: '32 to 64 px', below: 64 },
  { name: '64 px and more', below: Number.POSITIVE_INFINITY },
] as const;

/** Figures by name; null where the set has nothing to measure it on. Each can be computed for any draw of images. */
export type FigureSet<Value> = {
  readonly apPooled33: Value;
  readonly f33: Value;
  readonly map50: Value;
  readonly map5095: Value;
  readonly falseCallsPerImage: Value;
  readonly cleanImagesCalled: Value;
  readonly centreHit: Value;
  /** Share of defects that a call or a candidate points at. */
  readonly centreHitRaised: Value;
  /** AP at IoU 0.33 of each label. */
  readonly perLabel: Readonly<Record<string, Value>>;
  /** Share of defects of each size class that are found at IoU 0.33. */
  readonly recallBySize: Readonly<Record<string, Value>>;
};

/** Computes one figure for a draw of images; NaN where it is undefined. */
export type Figure = (weights: Weights) => number;

/** Prepares all figures of a set: matching is done once, drawing images again is cheap. */
export function prepareFigures(
  images: readonly ScoredImage[],
  labels: readonly string[],
  { threshold, candidateThreshold }: { readonly threshold: number; readonly candidateThreshold: number },
): FigureSet<Figure> {
  const pooled = rankCalls(images, deepPcbIou);
  const byLabel = (iouFrom: number): Figure[] =>
    labels.map((label) => {
      const ranking = rankCalls(images, iouFrom, label);
      return (weights) => cocoAveragePrecision(ranking, weights);
    });
  const at50 = byLabel(0.5);
  const atAll = cocoIous.flatMap(byLabel);
  const called = images.map((image) => callsFrom(image, threshold));
  const count = (of: (image: ScoredImage, index: number) => number): Int32Array => Int32Array.from(images, of);
  const truths = count((image) => image.truths.length);
  const clean = count((image) => (image.truths.length === 0 ? 1 : 0));
  const falseCalls = count(
    (image, index) => called[index]?.filter((call) => isFalseCall(call, image.truths)).length ?? 0,
  );
  const cleanCalled = count((image, index) => (image.truths.length === 0 && (called[index]?.length ?? 0) > 0 ? 1 : 0));
  return {
    apPooled33: (weights) => averagePrecision(pooled, weights),
    f33: (weights) => fMeasure(pooled, weights, threshold),
    map50: (weights) => meanOf(at50, weights),
    map5095: (weights) => meanOf(atAll, weights),
    falseCallsPerImage: ratio(
      falseCalls,
      Int32Array.from(images, () => 1),
    ),
    cleanImagesCalled: ratio(cleanCalled, clean),
    centreHit: ratio(
      count((image, index) => hits(image, called[index] ?? [])),
      truths,
    ),
    centreHitRaised: ratio(
      count((image) => hits(image, callsFrom(image, candidateThreshold))),
      truths,
    ),
    perLabel: Object.fromEntries(
      labels.map((label) => {
        const ranking = rankCalls(images, deepPcbIou, label);
        return [label, (weights: Weights) => averagePrecision(ranking, weights)];
      }),
    ),
    recallBySize: recallBySize(images, threshold),
  };
}

function recallBySize(images: readonly ScoredImage[], threshold: number): Record<string, Figure> {
  const found = images.map((image) => {
    const matches = matchImage(image, deepPcbIou);
    return new Set(image.calls.flatMap(({ score }, index) => (score >= threshold ? [matches[index] ?? -1] : [])));
  });
  return Object.fromEntries(
    sizeClasses.map(({ name, below }, index) => {
      const from = sizeClasses[index - 1]?.below ?? 0;
      const isIn = (image: ScoredImage, truth: number): boolean => {
        const box = image.truths[truth]?.box;
        const side = box ? Math.sqrt(boxArea(box)) : -1;
        return side >= from && side < below;
      };
      const all = images.map((image) => image.truths.filter((_, truth) => isIn(image, truth)).length);
      const seen = images.map((image, at) => [...(found[at] ?? [])].filter((truth) => isIn(image, truth)).length);
      return [name, ratio(Int32Array.from(seen), Int32Array.from(all))];
    }),
  );
}

function callsFrom({ calls }: ScoredImage, score: number): ScoredImage['calls'] {
  return calls.filter((call) => call.score >= score);
}

function hits(image: ScoredImage, calls: ScoredImage['calls']): number {
  return image.truths.filter(({ box }) => calls.some((call) => centersMeet(call.box, box))).length;
}

function ratio(part: Int32Array, whole: Int32Array): Figure {
  return (weights) => weightedSum(part, weights) / weightedSum(whole, weights);
}

function meanOf(figures: readonly Figure[], weights: Weights): number {
  const values = figures.map((figure) => figure(weights)).filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
