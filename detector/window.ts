/** A rectangle of a frame that goes through the network in one piece, in frame px; may reach beyond a small frame. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Least multiple of `multiple` that holds `length`. */
export function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

/** Where a window of `side` starts so that it is centered on `center` and lies in 0..length where it fits. */
export function clampStart(center: number, side: number, length: number): number {
  return Math.max(0, Math.min(Math.round(center - side / 2), length - side));
}
