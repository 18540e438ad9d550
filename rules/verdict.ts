import type { ReasonCode } from '#rules/reason.ts';

export type VerdictKind = 'pass' | 'fail' | 'undecided';

/** Why a verdict is as it is: a code of docs/reasons.md with the measured value beside its limit. */
export interface Reason {
  readonly code: ReasonCode;
  /** Id of the detection or candidate, `view:<viewId>`, or `part`. */
  readonly subject: string;
  readonly value: number | null;
  readonly limit: number | null;
  /** A word that completes the reason, e.g. the unavailable reason or a label; '' where none is needed. */
  readonly detail: string;
}

/** Every check that `decide` takes, in the order of the ladder. */
export type CheckName =
  | 'view-known'
  | 'view-present'
  | 'view-once'
  | 'frame-fit'
  | 'frame-size'
  | 'golden-approved'
  | 'golden-valid'
  | 'calibration-valid'
  | 'registration'
  | 'dont-care'
  | 'label-known'
  | 'below-ignore'
  | 'below-fail'
  | 'review-asked'
  | 'review-available'
  | 'judgement-certain'
  | 'iou'
  | 'edges'
  | 'wasserstein'
  | 'match'
  | 'area-ratio'
  | 'area-off'
  | 'connectivity'
  | 'left-over'
  | 'label-agrees'
  | 'benign-cause'
  | 'may-raise'
  | 'may-lower'
  | 'independent'
  | 'candidate-weak'
  | 'acceptable-length'
  | 'acceptable-area'
  | 'acceptable-count';

/** One check, in the order taken. */
export interface TraceStep {
  readonly check: CheckName;
  readonly subject: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly outcome: 'holds' | 'fails' | 'skipped';
}

/** What became of one detection or candidate. */
export interface Outcome {
  readonly id: string;
  readonly viewId: string;
  /** The detector's call alone, by the recipe's limits. */
  readonly detectorCall: 'ignore' | 'doubt' | 'fail';
  readonly outcome: 'accept' | 'doubt' | 'fail';
  /** Who settled it. */
  readonly source: 'detector' | 'reviewer' | 'acceptance';
  readonly reasons: readonly Reason[];
}

/** What became of one detection or candidate, and how. */
export interface Judged {
  readonly outcome: Outcome;
  readonly trace: readonly TraceStep[];
}

export interface Verdict {
  readonly verdict: VerdictKind;
  readonly outcomes: readonly Outcome[];
  /** The reasons that made the verdict what it is; never empty unless it is `pass`. */
  readonly reasons: readonly Reason[];
  readonly trace: readonly TraceStep[];
}
