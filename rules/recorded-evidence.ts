import type { Candidate, Detection, Registration } from '#detector/detection.ts';
import { frameDoubts, type Evidence, type FrameDoubt, type ViewEvidence } from '#rules/evidence.ts';
import type { Review, ReviewRecord, Finding, UnavailableReason } from '#vlm/review.ts';

/** A view as an inspection message keeps it; words that may be younger than this version are plain text. */
export interface RecordedView {
  readonly viewId: string;
  readonly capturedAt: string | null;
  readonly goldenSha256: string | null;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly doubts: readonly string[];
  readonly registration: Registration | null;
  readonly detections: readonly Detection[];
  readonly candidates: readonly Candidate[];
  readonly reviews: readonly RecordedReview[];
}

export type RecordedReview =
  | { readonly kind: 'answered'; readonly id: string; readonly finding: Finding; readonly record: ReviewRecord }
  | {
      readonly kind: 'unavailable';
      readonly id: string;
      readonly reason: string;
      readonly detail: string;
      readonly record: ReviewRecord | null;
    };

/**
 * Evidence as it was when a stored inspection was decided, to decide it again. What a record does not keep is not there:
 * it holds no independent evidence, so nothing is lowered again. A word this version does not know counts as a doubt.
 */
export function recordedEvidence(record: { readonly views: readonly RecordedView[] }): Evidence {
  return { views: record.views.map(toView), independent: [] };
}

function toView(view: RecordedView): ViewEvidence {
  const { viewId, capturedAt, goldenSha256, widthPx, heightPx, registration, detections, candidates } = view;
  const seen = { viewId, capturedAt, goldenSha256, widthPx, heightPx, registration, detections, candidates };
  return { ...seen, doubts: view.doubts.map(toDoubt), reviews: view.reviews.map(toReview) };
}

function toDoubt(word: string): FrameDoubt {
  return frameDoubts.find((doubt) => doubt === word) ?? 'unreadable';
}

function toReview(review: RecordedReview): Review {
  return review.kind === 'answered' ? review : { ...review, reason: toReason(review.reason) };
}

const reasons: Readonly<Record<UnavailableReason, true>> = {
  'not-configured': true,
  handshake: true,
  'not-admitted': true,
  'queue-full': true,
  'breaker-open': true,
  timeout: true,
  transport: true,
  'http-status': true,
  truncated: true,
  malformed: true,
  schema: true,
  'wrong-id': true,
  'box-outside': true,
  'engine-failed': true,
};

function toReason(word: string): UnavailableReason {
  return isReason(word) ? word : 'malformed';
}

function isReason(word: string): word is UnavailableReason {
  return Object.hasOwn(reasons, word);
}
