import type { Image } from '#detector/image.ts';

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
  const grey = toGrey(image);
  const { mean, variance } = meanAndVariance(grey);
  return { meanGrey: mean, contrast: Math.sqrt(variance), sharpness: laplacianVariance(grey, image.widthPx) };
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

function meanAndVariance(values: Uint8Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const count = Math.max(1, values.length);
  const mean = sum / count;
  return { mean, variance: Math.max(0, squares / count - mean * mean) };
}

function laplacianVariance(grey: Uint8Array, widthPx: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let row = widthPx; row + widthPx < grey.length; row += widthPx) {
    for (let at = row + 1; at < row + widthPx - 1; at += 1) {
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - widthPx] ?? 0) + (grey[at + widthPx] ?? 0);
      const value = around - 4 * (grey[at] ?? 0);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  if (count === 0) return 0;
  const mean = sum / count;
  return Math.max(0, squares / count - mean * mean);
}
