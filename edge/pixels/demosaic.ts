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
  const at = (index: number): number => mosaic[index] ?? 0;
  for (let y = 0; y < heightPx; y += 1) {
    const row = y * widthPx;
    const above = before(y, heightPx) * widthPx;
    const below = behind(y, heightPx) * widthPx;
    // On a red row the color beside a green pixel is red and that above it blue; on a blue row the other way round.
    const beside = y % 2 === redRow ? 0 : 2;
    for (let x = 0; x < widthPx; x += 1) {
      const [left, right] = [before(x, widthPx), behind(x, widthPx)];
      const here = at(row + x);
      const across = (at(row + left) + at(row + right)) / 2;
      const along = (at(above + x) + at(below + x)) / 2;
      const corners = (at(above + left) + at(above + right) + at(below + left) + at(below + right)) / 4;
      const isGreen = (x % 2 === redColumn) !== (y % 2 === redRow);
      const to = 3 * (row + x);
      out[to + beside] = isGreen ? across : here;
      out[to + 1] = isGreen ? here : (across + along) / 2;
      out[to + 2 - beside] = isGreen ? along : corners;
    }
  }
  return out;
}

/** The index before, mirrored at the rim. */
function before(index: number, count: number): number {
  return index === 0 ? Math.min(1, count - 1) : index - 1;
}

function behind(index: number, count: number): number {
  return index === count - 1 ? Math.max(0, count - 2) : index + 1;
}
