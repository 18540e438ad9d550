/** Axis-aligned box in pixels, corners inclusive-exclusive: x1 <= x < x2. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Area in square pixels; 0 for a box without extent. */
export function boxArea(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);
}

/** Common part of two boxes in square pixels. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0..1; 0 where both boxes are empty. */
export function iou(a: Box, b: Box): number {
  const common = intersectionArea(a, b);
  const union = boxArea(a) + boxArea(b) - common;
  return union > 0 ? common / union : 0;
}
