import type { ImageMeasures } from '#edge/validity/measure-image.ts';
import type { FrameDoubt } from '#rules/evidence.ts';
import type { FrameLimits } from '#rules/recipe.ts';

/**
 * Doubts about a decoded frame by the limits of the recipe; empty for one that is fit to judge. Where the exposure is
 * wrong, contrast and sharpness say nothing more, and an empty picture has no sharpness: only the first cause is named.
 */
export function frameDoubts(
  size: { readonly widthPx: number; readonly heightPx: number },
  measures: ImageMeasures,
  limits: FrameLimits,
): readonly FrameDoubt[] {
  const doubts: FrameDoubt[] = [];
  if (!within(size.widthPx, limits.widthPx) || !within(size.heightPx, limits.heightPx)) doubts.push('wrong-size');
  const first = pictureDoubt(measures, limits);
  if (first) doubts.push(first);
  return doubts;
}

function pictureDoubt(measures: ImageMeasures, limits: FrameLimits): FrameDoubt | null {
  if (measures.meanGrey < limits.meanGrey[0]) return 'black';
  if (measures.meanGrey > limits.meanGrey[1]) return 'overexposed';
  if (measures.contrast < limits.contrastFrom) return 'empty';
  if (measures.sharpness < limits.sharpnessFrom) return 'blurred';
  return null;
}

function within(value: number, [from, to]: readonly [number, number]): boolean {
  return value >= from && value <= to;
}
