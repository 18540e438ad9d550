import { matchImage, type ScoredImage } from '#detector/evaluate/match-image.ts';

/** All calls of a set in one order, by falling score, each right or wrong at one IoU; `weights` count images. */
export interface Ranking {
  readonly scores: Float64Array;
  readonly right: Uint8Array;
  /** Index of the image of each call. */
  readonly image: Int32Array;
  /** Defects of each image. */
  readonly wanted: Int32Array;
}

/** How often each image counts: 1 for all of them, or a bootstrap's draw. */
export type Weights = Int32Array;

/** Ranks the calls of all images at an IoU; of one label where it is given. */
export function rankCalls(images: readonly ScoredImage[], iouFrom: number, label: string | null = null): Ranking {
  const rows: { readonly score: number; readonly right: number; readonly image: number }[] = [];
  for (const [image, scored] of images.entries()) {
    const matches = matchImage(scored, iouFrom);
    for (const [index, call] of scored.calls.entries()) {
      if (label === null || call.label === label)
        rows.push({ score: call.score, right: (matches[index] ?? -1) >= 0 ? 1 : 0, image });
    }
  }
  rows.sort((a, b) => b.score - a.score);
  return {
    scores: Float64Array.from(rows, (row) => row.score),
    right: Uint8Array.from(rows, (row) => row.right),
    image: Int32Array.from(rows, (row) => row.image),
    wanted: Int32Array.from(images, ({ truths }) =>
      label === null ? truths.length : truths.filter((truth) => truth.label === label).length,
    ),
  };
}

/** Sum of a count over images. */
export function weightedSum(counts: Int32Array, weights: Weights): number {
  let sum = 0;
  for (let image = 0; image < counts.length; image += 1) sum += (counts[image] ?? 0) * (weights[image] ?? 0);
  return sum;
}

/** Area under the precision envelope over recall (all points); NaN where nothing is wanted. */
export function averagePrecision(ranking: Ranking, weights: Weights): number {
  return integrate(ranking, weights, (envelope, recall) => {
    let area = 0;
    let before = 0;
    for (let at = 0; at < recall.length; at += 1) {
      area += ((recall[at] ?? 0) - before) * (envelope[at] ?? 0);
      before = recall[at] ?? 0;
    }
    return area;
  });
}

/** COCO's average precision: the mean of the envelope at 101 levels of recall; NaN where nothing is wanted. */
export function cocoAveragePrecision(ranking: Ranking, weights: Weights): number {
  return integrate(ranking, weights, (envelope, recall) => {
    let sum = 0;
    let at = 0;
    for (let level = 0; level <= 100; level += 1) {
      while (at < recall.length && (recall[at] ?? 0) < level / 100 - 1e-12) at += 1;
      sum += envelope[at] ?? 0;
    }
    return sum / 101;
  });
}

function integrate(
  { right, image, wanted }: Ranking,
  weights: Weights,
  area: (envelope: Float64Array, recall: Float64Array) => number,
): number {
  const total = weightedSum(wanted, weights);
  if (total === 0) return Number.NaN;
  const precision = new Float64Array(right.length);
  const recall = new Float64Array(right.length);
  let hits = 0;
  let calls = 0;
  for (let at = 0; at < right.length; at += 1) {
    const weight = weights[image[at] ?? 0] ?? 0;
    calls += weight;
    hits += weight * (right[at] ?? 0);
    precision[at] = calls > 0 ? hits / calls : 1;
    recall[at] = hits / total;
  }
  for (let at = precision.length - 2; at >= 0; at -= 1)
    precision[at] = Math.max(precision[at] ?? 0, precision[at + 1] ?? 0);
  return area(precision, recall);
}

/** F measure of the calls that score `threshold` or more. */
export function fMeasure({ scores, right, image, wanted }: Ranking, weights: Weights, threshold: number): number {
  let hits = 0;
  let calls = 0;
  for (let at = 0; at < scores.length && (scores[at] ?? 0) >= threshold; at += 1) {
    const weight = weights[image[at] ?? 0] ?? 0;
    calls += weight;
    hits += weight * (right[at] ?? 0);
  }
  const both = calls + weightedSum(wanted, weights);
  return both > 0 ? (2 * hits) / both : Number.NaN;
}

/** The threshold with the highest F measure, and that F. */
export function bestF({ scores, right, wanted }: Ranking): { readonly f: number; readonly threshold: number } {
  const total = wanted.reduce((sum, count) => sum + count, 0);
  let best = { f: 0, threshold: 1 };
  let hits = 0;
  for (let at = 0; at < scores.length; at += 1) {
    hits += right[at] ?? 0;
    const f = (2 * hits) / (at + 1 + total);
    if (f > best.f) best = { f, threshold: scores[at] ?? 1 };
  }
  return best;
}
