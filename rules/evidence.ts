import type { Candidate, Detection, Registration } from '#detector/detection.ts';
import type { IndependentKind } from '#rules/recipe.ts';
import type { Review } from '#vlm/review.ts';

/** Why a frame is not fit to judge. Any of them makes the part undecided. */
export const frameDoubts = [
  'missing',
  'lost',
  'unreadable',
  'wrong-size',
  'black',
  'overexposed',
  'blurred',
  'empty',
  'repeated',
  'wrong-product',
  'golden-missing',
  'registration',
  'inference-failed',
  'in-flight-at-restart',
] as const;

export type FrameDoubt = (typeof frameDoubts)[number];

/** What is known of one view of a part. */
export interface ViewEvidence {
  readonly viewId: string;
  /** ISO 8601 UTC; null where no frame came. Approvals are held against it. */
  readonly capturedAt: string | null;
  /** Digest of the golden sample it was compared with; null where there was none. */
  readonly goldenSha256: string | null;
  /** Empty for a frame that is fit to judge. */
  readonly doubts: readonly FrameDoubt[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly registration: Registration | null;
  readonly detections: readonly Detection[];
  readonly candidates: readonly Candidate[];
  /** Reviews of this view's detections and candidates, at most one an id. */
  readonly reviews: readonly Review[];
}

/** What a source that does not share the detector's pixels says of one detection. */
export interface IndependentEvidence {
  readonly kind: IndependentKind;
  /** Id of the detection it speaks of. */
  readonly id: string;
  readonly supports: 'defect' | 'false-call';
  /** Which view, exposure or gage it was. */
  readonly source: string;
}

/** All evidence about one part in one inspection, in any order. */
export interface Evidence {
  readonly views: readonly ViewEvidence[];
  /** Empty where the station has no such source. */
  readonly independent: readonly IndependentEvidence[];
}
