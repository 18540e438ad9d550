import type { Profile } from '#vlm/profiles.ts';
import type { AskReviewer } from '#vlm/question.ts';

/** What a reviewer behind an OpenAI-compatible server is made from. */
export interface ReviewerOptions {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly profile: Profile;
  readonly apiKey: string | null;
}

/** State of the two breakers and what became of the questions so far. */
export interface ReviewerHealth {
  /** Counts failures to get an answer at all. */
  readonly transport: 'closed' | 'open';
  /** Counts answers that mean nothing: invalid, cut off, out of bounds. */
  readonly meaning: 'closed' | 'open';
  readonly answered: number;
  /** Unavailable by reason. */
  readonly unavailable: Readonly<Record<string, number>>;
}

export interface Reviewer {
  readonly ask: AskReviewer;
  readonly health: () => ReviewerHealth;
}
