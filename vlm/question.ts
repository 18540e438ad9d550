import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import type { Beside } from '#vlm/crop-window.ts';
import type { Review } from '#vlm/review.ts';

/** How much of the detector's claim goes along: its label and score, its box too, or the id alone. */
export type AskMode = 'named' | 'anchored' | 'blind';

/** One detection or candidate to be judged. */
export interface ReviewQuestion {
  /** Id of the detection or candidate; the answer must carry it. */
  readonly id: string;
  readonly label: string;
  readonly score: number;
  readonly mode: AskMode;
  /** The whole frame. */
  readonly viewImage: Image;
  /** The golden sample of the view, lying under the frame within a few pixels; shown beside the tested part. */
  readonly golden: Image | null;
  /** Where the detector looks, in frame pixels. Decides what is cut out; goes along in the mode `anchored` only. */
  readonly box: Box;
  /** What else the detector sees on the frame: kept out of the picture where there is room. */
  readonly beside: readonly Beside[];
  readonly labels: readonly string[];
  readonly benignCauses: readonly string[];
  readonly language: 'en' | 'zh';
  /** Gives offset and size of the crop window, and the sampling seed of the engine. */
  readonly seed: number;
  /** Time for this question, waiting in the queue included. */
  readonly deadlineMs: number;
}

/** The very image the reviewer was asked about. */
export interface AskedImage {
  readonly png: Uint8Array;
  /** The part of the frame that its tested half shows, in frame pixels. */
  readonly window: Box;
}

/** A review with the image it speaks of; null where nothing was sent. */
export interface Reviewed {
  readonly review: Review;
  readonly asked: AskedImage | null;
}

/** Asks about one detection or candidate. Answers within the deadline, never throws: a failure is `unavailable`. */
export type AskReviewer = (question: ReviewQuestion, signal: AbortSignal) => Promise<Reviewed>;
