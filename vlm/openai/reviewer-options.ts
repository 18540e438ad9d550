import type { Box } from '#detector/box.ts';
import type { BreakerLimits, BreakerState } from '#vlm/openai/breakers.ts';
import type { SentLayout } from '#vlm/crop-window.ts';
import type { Coordinates, Profile } from '#vlm/profiles.ts';
import type { Prompt } from '#vlm/prompt.ts';
import type { AskReviewer } from '#vlm/question.ts';

/** What a reviewer behind an OpenAI-compatible server is made from. */
export interface ReviewerOptions {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly profile: Profile;
  readonly apiKey: string | null;
  readonly prompt: Prompt;
  /** Questions under way at once; the profile's unless told. */
  readonly atOnce?: number;
  /** Fitted by qualifying; without one confidence is the engine's own. */
  readonly calibration?: { readonly temperature: number; readonly sha256: string } | null;
  /** What the weights must be; any unless told. */
  readonly fingerprint?: string;
  /** The usual ones unless told. */
  readonly breakerLimits?: BreakerLimits;
  /** Hears of each question as it goes out. */
  readonly onAsked?: (sent: SentQuestion) => void;
}

/** A question as it went out: what was looked at, and how the image is laid out. */
export interface SentQuestion {
  readonly id: string;
  readonly label: string;
  readonly box: Box;
  readonly layout: SentLayout;
  readonly coordinates: Coordinates;
  /** Digest of the image, which tells it from every other question. */
  readonly cropSha256: string;
}

/** State of the two breakers and what became of the questions so far. */
export interface ReviewerHealth {
  /** Counts failures to get an answer at all. */
  readonly transport: BreakerState;
  /** Counts answers that mean nothing: invalid, cut off, out of bounds. */
  readonly meaning: BreakerState;
  readonly answered: number;
  /** Unavailable by reason. */
  readonly unavailable: Readonly<Record<string, number>>;
}

export interface Reviewer {
  readonly ask: AskReviewer;
  readonly health: () => ReviewerHealth;
}
