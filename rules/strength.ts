import type { Candidate } from '#detector/detection.ts';
import type { Recipe } from '#rules/recipe.ts';

/** How strong a suspicion is, and whether that is strong enough to count and to be asked about. */
export interface Strength {
  /** Its score, or for a difference from the golden its pixels; `limit` is null where the recipe counts none. */
  readonly value: number;
  readonly limit: number | null;
  readonly strong: boolean;
  readonly code: 'candidate-held' | 'difference-held';
}

/** A candidate of the net is judged by its score, a difference from the golden by its size. What is no number is strong. */
export function strengthOf({ source, score, areaPx }: Candidate, { candidates }: Recipe): Strength {
  const byNet = source === 'net';
  const value = byNet ? score : areaPx;
  const limit = byNet ? candidates.askFrom : candidates.differenceFromPx;
  const strong = limit !== null && (!Number.isFinite(value) || value >= limit);
  return { value, limit, strong, code: byNet ? 'candidate-held' : 'difference-held' };
}
