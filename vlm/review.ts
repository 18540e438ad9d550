import type { Box } from '#detector/box.ts';

/** Why there is no valid answer. Data, never an exception, never an empty answer. */
export type UnavailableReason =
  | 'not-configured'
  | 'handshake'
  | 'not-admitted'
  | 'queue-full'
  | 'breaker-open'
  | 'timeout'
  | 'transport'
  | 'http-status'
  | 'truncated'
  | 'malformed'
  | 'schema'
  | 'wrong-id'
  | 'box-outside'
  | 'engine-failed';

/** What the reviewer says of the one crop it was asked about. */
export interface Finding {
  readonly judgement: 'confirmed' | 'false-call' | 'uncertain';
  /** Defect label for `confirmed`, benign cause for `false-call`, `none` for `uncertain`. */
  readonly label: string;
  /** In frame pixels; null for `uncertain`. */
  readonly box: Box | null;
  readonly severity: 'minor' | 'major' | 'critical';
  /** Untrusted text: shown as text, capped, read by nobody who decides. */
  readonly explanation: string;
  /** 0..1, calibrated where the record names a calibration; null where the engine gives no log probabilities. */
  readonly confidence: number | null;
}

/** Everything needed to ask the same question again. */
export interface ReviewRecord {
  readonly model: string;
  readonly engine: string;
  readonly promptId: string;
  readonly promptSha256: string;
  readonly schemaSha256: string;
  readonly cropSha256: string;
  readonly sentWidthPx: number;
  readonly sentHeightPx: number;
  readonly seed: number;
  /** The part of the frame that the crop shows, in frame pixels; absent in records of before it was kept. */
  readonly window?: Box | undefined;
  readonly rawAnswer: string | null;
  readonly latencyMs: number;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly attempts: number;
  /** Digest of the calibration; absent where confidence is the engine's own. */
  readonly calibrationSha256?: string | undefined;
}

/** The second opinion on one detection or candidate, named by its id. */
export type Review =
  | { readonly kind: 'answered'; readonly id: string; readonly finding: Finding; readonly record: ReviewRecord }
  | {
      readonly kind: 'unavailable';
      readonly id: string;
      readonly reason: UnavailableReason;
      readonly detail: string;
      readonly record: ReviewRecord | null;
    };
