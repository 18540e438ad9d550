import type { Candidate, Detection, Registration } from '#detector/detection.ts';
import type { Review } from '#vlm/review.ts';

/** Why a frame is not fit to judge. Any of them makes the part undecided. */
export type FrameDoubt =
  | 'missing'
  | 'lost'
  | 'unreadable'
  | 'wrong-size'
  | 'black'
  | 'overexposed'
  | 'blurred'
  | 'empty'
  | 'repeated'
  | 'wrong-product'
  | 'golden-missing'
  | 'registration'
  | 'inference-failed'
  | 'in-flight-at-restart';

/** What is known of one view of a part. */
export interface ViewEvidence {
  readonly viewId: string;
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

/** All evidence about one part in one inspection, in any order. */
export interface Evidence {
  readonly views: readonly ViewEvidence[];
}
