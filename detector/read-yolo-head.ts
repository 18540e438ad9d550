import { highestColumn, type HeadInput, type HeadTensor, type TileDetection } from '#detector/head-output.ts';

/**
 * Reads the export layout of YOLO v8 and 11: predictions [N, 4 + K, anchors], boxes as center x, center y, width, height
 * in tile px, then one score 0..1 a label. Each anchor gives its best label (the lowest index among equals).
 */
export function readYoloHead(predictions: HeadTensor, input: HeadInput): TileDetection[] {
  const rows = predictions.dims[1] ?? 0;
  const anchors = predictions.dims[2] ?? 0;
  const start = input.index * rows * anchors;
  const value = (row: number, anchor: number): number => predictions.data[start + row * anchors + anchor] ?? 0;
  const found: TileDetection[] = [];
  for (let anchor = 0; anchor < anchors; anchor += 1) {
    const label = highestColumn(predictions.data, start + 4 * anchors + anchor, input.labelCount, anchors);
    const score = value(4 + label, anchor);
    if (!(score >= input.scoreFrom)) continue;
    const x = value(0, anchor);
    const y = value(1, anchor);
    const halfWidth = value(2, anchor) / 2;
    const halfHeight = value(3, anchor) / 2;
    found.push({ label, score, box: { x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight } });
  }
  return found;
}
