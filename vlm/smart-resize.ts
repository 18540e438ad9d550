/** Size of an image as an engine sees it. */
export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Limits of the engine's own resizing. */
export interface ResizeLimits {
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/**
 * The size to which a Qwen2.5-VL engine resizes an image before it sees it: `smart_resize` of qwen-vl-utils. Sides become
 * multiples of the factor, rounded half to even as Python does (JavaScript's Math.round differs by a whole factor at
 * 70, 126, 182...). An image of such sides within the limits stays as it is, which is why we send only those.
 * null where one side is more than 200 times the other, which the engine refuses.
 */
export function smartResize(size: Size, limits: ResizeLimits): Size | null {
  const { widthPx, heightPx } = size;
  const { factor, minPixels, maxPixels } = limits;
  if (Math.max(widthPx, heightPx) / Math.min(widthPx, heightPx) > 200) return null;
  const nearest = (side: number): number => Math.max(factor, roundHalfEven(side / factor) * factor);
  const pixels = nearest(widthPx) * nearest(heightPx);
  if (pixels > maxPixels) {
    const shrink = Math.sqrt((widthPx * heightPx) / maxPixels);
    const floor = (side: number): number => Math.max(factor, Math.floor(side / shrink / factor) * factor);
    return { widthPx: floor(widthPx), heightPx: floor(heightPx) };
  }
  if (pixels < minPixels) {
    const grow = Math.sqrt(minPixels / (widthPx * heightPx));
    const ceil = (side: number): number => Math.ceil((side * grow) / factor) * factor;
    return { widthPx: ceil(widthPx), heightPx: ceil(heightPx) };
  }
  return { widthPx: nearest(widthPx), heightPx: nearest(heightPx) };
}

/** Rounds to the nearest integer, halves to the even one. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  if (over !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
