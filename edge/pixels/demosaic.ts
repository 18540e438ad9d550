/** Bayer patterns by their first two pixels of the first row. */
export type BayerFormat = 'BayerRG8' | 'BayerGR8' | 'BayerGB8' | 'BayerBG8';

/** Column and row (0 or 1) of the red pixel in the pattern of 2 x 2; blue lies across from it. */
const redAt: Readonly<Record<BayerFormat, readonly [number, number]>> = {
  BayerRG8: [0, 0],
  BayerGR8: [1, 0],
  BayerGB8: [0, 1],
  BayerBG8: [1, 1],
};

/**
 * RGB of a Bayer mosaic, bilinear: a color that a pixel lacks is the mean of the nearest pixels that have it. At the rim
 * the mosaic is mirrored about the outer pixel, which keeps its pattern.
 */
export function demosaic(mosaic: Uint8Array, widthPx: number, heightPx: number, format: BayerFormat): Uint8Array {
  const out = new Uint8Array(widthPx * heightPx * 3);
  const [redColumn, redRow] = redAt[format];
  for (let y = 0; y < heightPx; y += 1) {
    const row = y * widthPx;
    const above = (y === 0 ? Math.min(1, heightPx - 1) : y - 1) * widthPx;
    const below = (y === heightPx - 1 ? Math.max(0, heightPx - 2) : y + 1) * widthPx;
    // On a red row the other color beside is green and red; blue lies above and below.
    const isRedRow = y % 2 === redRow;
    for (let x = 0; x < widthPx; x += 1) {
      const left = x === 0 ? Math.min(1, widthPx - 1) : x - 1;
      const right = x === widthPx - 1 ? Math.max(0, widthPx - 2) : x + 1;
      const here = mosaic[row + x] ?? 0;
      const across = ((mosaic[row + left] ?? 0) + (mosaic[row + right] ?? 0)) / 2;
      const along = ((mosaic[above + x] ?? 0) + (mosaic[below + x] ?? 0)) / 2;
      const to = 3 * (row + x);
      if ((x % 2 === redColumn) === isRedRow) {
        const corners =
          ((mosaic[above + left] ?? 0) +
            (mosaic[above + right] ?? 0) +
            (mosaic[below + left] ?? 0) +
            (mosaic[below + right] ?? 0)) /
          4;
        out[to + (isRedRow ? 0 : 2)] = here;
        out[to + 1] = (across + along) / 2;
        out[to + (isRedRow ? 2 : 0)] = corners;
      } else {
        out[to + (isRedRow ? 0 : 2)] = across;
        out[to + 1] = here;
        out[to + (isRedRow ? 2 : 0)] = along;
      }
    }
  }
  return out;
}
