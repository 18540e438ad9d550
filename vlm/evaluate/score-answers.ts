import { iou } from '#detector/box.ts';
import type { AskedPlace } from '#vlm/evaluate/crops-of.ts';
import type { Review } from '#vlm/review.ts';

/** One answered place of one image. */
export interface Scored {
  /** Index of the image, by which intervals are drawn. */
  readonly image: number;
  readonly place: AskedPlace;
  readonly review: Review;
  /** Whether the crop also shows another defect than the place asked about: then "defect" is true, of another spot. */
  readonly showsAnother: boolean;
  /** Whether a planted wrong label came back; null where none was planted. */
  readonly echoed: boolean | null;
}

/** Counts how often something held, and among how many; over images by weight. */
export type Share = (one: Scored) => { readonly held: number; readonly of: number };

const no = { held: 0, of: 0 };
const share = (held: boolean | number) => ({ held: Number(held), of: 1 });

function saidDefect({ review }: Scored): boolean {
  return review.kind === 'answered' && review.finding.judgement === 'confirmed';
}

/** JSON that keeps the schema, whatever it says: an answer about another place, or with a box outside the crop, is one too. */
function isValidJson(review: Review): boolean {
  return review.kind === 'answered' || review.reason === 'wrong-id' || review.reason === 'box-outside';
}

/** The figures, by their JSON keys. */
export const shares: Readonly<Record<string, Share>> = {
  defectOrNot: (one) => share(one.review.kind === 'answered' && saidDefect(one) === (one.place.truth !== null)),
  defectRecall: (one) => (one.place.truth ? share(saidDefect(one)) : no),
  falseCallsSeen: (one) => (one.place.truth ? no : share(one.review.kind === 'answered' && !saidDefect(one))),
  falseCallsSeenAlone: (one) =>
    one.place.truth || one.showsAnother ? no : share(one.review.kind === 'answered' && !saidDefect(one)),
  label: (one) => onFound(one, ({ label }, truth) => share(label === truth.label)),
  meanIoU: (one) => onFound(one, ({ box }, truth) => share(box ? iou(box, truth.box) : 0)),
  validJson: ({ review }) => share(isValidJson(review)),
  usable: ({ review }) => share(review.kind === 'answered'),
  echoRate: ({ echoed }) => (echoed === null ? no : share(echoed)),
};

type Found = Extract<Review, { kind: 'answered' }>['finding'];

function onFound(one: Scored, of: (finding: Found, truth: NonNullable<AskedPlace['truth']>) => ReturnType<Share>) {
  const { place, review } = one;
  return place.truth && review.kind === 'answered' && saidDefect(one) ? of(review.finding, place.truth) : no;
}

/** A figure over images that count by weight; NaN where it has nothing to count. */
export function figureOf(scored: readonly Scored[], count: Share, images: number): (weights: Int32Array) => number {
  const held = new Float64Array(images);
  const of = new Float64Array(images);
  for (const one of scored) {
    const counted = count(one);
    held[one.image] = (held[one.image] ?? 0) + counted.held;
    of[one.image] = (of[one.image] ?? 0) + counted.of;
  }
  return (weights) => weighted(held, weights) / weighted(of, weights);
}

function weighted(counts: Float64Array, weights: Int32Array): number {
  return counts.reduce((sum, count, index) => sum + count * (weights[index] ?? 0), 0);
}

/** The value that a share of the sorted values lies below. */
export function percentile(values: readonly number[], below: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(below * sorted.length))] ?? null;
}
