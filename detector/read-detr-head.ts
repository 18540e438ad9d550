import { highestColumn, type HeadInput, type HeadTensor, type TileDetection } from '#detector/head-output.ts';

/**
 * Reads a DETR head (RF-DETR, D-FINE): boxes [N, Q, 4] as center x, center y, width, height, 0..1 of the tile; logits
 * [N, Q, K] or [N, Q, K + 1], whose last column is then "no object". Score = sigmoid of the best label's logit, as these
 * heads are trained with a focal loss (Zhu et al. 2020, arXiv 2010.04159). Each query gives its best label.
 */
export function readDetrHead(boxes: HeadTensor, logits: HeadTensor, input: HeadInput): TileDetection[] {
  const queries = boxes.dims[1] ?? 0;
  const columns = logits.dims[2] ?? 0;
  const found: TileDetection[] = [];
  for (let query = 0; query < queries; query += 1) {
    const row = (input.index * queries + query) * columns;
    const label = highestColumn(logits.data, row, input.labelCount, 1);
    const score = 1 / (1 + Math.exp(-(logits.data[row + label] ?? 0)));
    if (!(score >= input.scoreFrom)) continue;
    const at = (input.index * queries + query) * 4;
    const [x = 0, y = 0, width = 0, height = 0] = boxes.data.subarray(at, at + 4);
    const box = {
      x1: (x - width / 2) * input.tileWidthPx,
      y1: (y - height / 2) * input.tileHeightPx,
      x2: (x + width / 2) * input.tileWidthPx,
      y2: (y + height / 2) * input.tileHeightPx,
    };
    found.push({ label, score, box });
  }
  return found;
}
