import type { Detection } from '#detector/detection.ts';
import type { LabelRule } from '#rules/recipe.ts';
import type { Outcome } from '#rules/verdict.ts';

/**
 * The detector's call alone: below `ignoreBelow` nothing, from `failFrom` fail, a doubt between them.
 * An unknown label and a score that is no number are doubts at any score.
 */
export function detectorCall(detection: Detection, rule: LabelRule | null): Outcome['detectorCall'] {
  if (rule === null || !Number.isFinite(detection.score)) return 'doubt';
  if (detection.score < rule.ignoreBelow) return 'ignore';
  return detection.score < rule.failFrom ? 'doubt' : 'fail';
}

/** True for a score inside [from, to). */
export function inBand(score: number, band: readonly [number, number]): boolean {
  return score >= band[0] && score < band[1];
}
