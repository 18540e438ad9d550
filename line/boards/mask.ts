/** A set of pixels: 1 inside, 0 outside, rows without padding. Drawing changes it in place. */
export interface Mask {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function createMask(widthPx: number, heightPx: number): Mask {
  return { widthPx, heightPx, data: new Uint8Array(widthPx * heightPx) };
}

export function copyMask(mask: Mask): Mask {
  return { ...mask, data: mask.data.slice() };
}

/** 1 inside, 0 outside and beyond the border. */
export function maskAt(mask: Mask, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= mask.widthPx || y >= mask.heightPx) return 0;
  return mask.data[y * mask.widthPx + x] ?? 0;
}

/** Sets to `value` every pixel within `reach` px (Chebyshev) of the centre for which `inside` holds. */
export function paint(
  mask: Mask,
  area: { readonly centre: Point; readonly reach: number },
  value: 0 | 1,
  inside: (x: number, y: number) => boolean,
): void {
  const fromY = Math.max(0, Math.floor(area.centre.y - area.reach));
  const toY = Math.min(mask.heightPx - 1, Math.ceil(area.centre.y + area.reach));
  const fromX = Math.max(0, Math.floor(area.centre.x - area.reach));
  const toX = Math.min(mask.widthPx - 1, Math.ceil(area.centre.x + area.reach));
  for (let y = fromY; y <= toY; y += 1) {
    for (let x = fromX; x <= toX; x += 1) if (inside(x, y)) mask.data[y * mask.widthPx + x] = value;
  }
}

export function paintDisk(mask: Mask, centre: Point, radiusPx: number, value: 0 | 1): void {
  paint(mask, { centre, reach: radiusPx }, value, (x, y) => Math.hypot(x - centre.x, y - centre.y) <= radiusPx);
}

/** A line with round ends. */
export function paintStroke(mask: Mask, ends: readonly [Point, Point], widthPx: number, value: 0 | 1): void {
  const [a, b] = ends;
  const centre = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const reach = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) / 2 + widthPx / 2;
  paint(mask, { centre, reach }, value, (x, y) => distanceToSegment({ x, y }, a, b) <= widthPx / 2);
}

/** A rectangle around a centre, its corners cut at 45 degrees by `cutPx`. */
export function paintPlate(mask: Mask, centre: Point, half: Point & { readonly cutPx: number }, value: 0 | 1): void {
  const reach = Math.max(half.x, half.y);
  paint(mask, { centre, reach }, value, (x, y) => {
    const dx = Math.abs(x - centre.x);
    const dy = Math.abs(y - centre.y);
    return dx <= half.x && dy <= half.y && dx + dy <= half.x + half.y - half.cutPx;
  });
}

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const lengthSquared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along =
    lengthSquared === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / lengthSquared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - t * (b.x - a.x), point.y - a.y - t * (b.y - a.y));
}
