import type { Image } from '#detector/image.ts';
import { sumGrey, type Sums } from '#edge/validity/grey-sums.ts';

/** What can be measured of an image without knowing the part, over grey levels 0..255. */
export interface ImageMeasures {
  readonly meanGrey: number;
  /** Standard deviation of the grey levels. */
  readonly contrast: number;
  /** Variance of the Laplacian (4 neighbors); 0 for an image without inner pixels. */
  readonly sharpness: number;
}

/**
 * Measures exposure, contrast and sharpness. The variance of the Laplacian is the focus measure of
 * Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
 */
export function measureImage(image: Image): ImageMeasures {
  const { levels, edges } = sumGrey(toGrey(image), image.widthPx);
  return {
    meanGrey: levels.sum / Math.max(1, levels.count),
    contrast: Math.sqrt(varianceOf(levels)),
    sharpness: varianceOf(edges),
  };
}

/** Grey levels by the luma weights of ITU-R BT.601; a grey image is returned as it is. */
export function toGrey(image: Image): Uint8Array {
  if (image.channels === 1) return image.data;
  const grey = new Uint8Array(image.widthPx * image.heightPx);
  const { data } = image;
  for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 3) {
    grey[pixel] = Math.round(0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0));
  }
  return grey;
}

function varianceOf({ sum, squares, count }: Sums): number {
  const mean = sum / Math.max(1, count);
  return Math.max(0, squares / Math.max(1, count) - mean * mean);
}
