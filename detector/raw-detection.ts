import type { Box } from '#detector/box.ts';
import type { Window } from '#detector/window.ts';

/** What a head says before merging; box in frame px. */
export interface RawDetection {
  /** Index into the labels of the manifest. */
  readonly label: number;
  readonly score: number;
  readonly box: Box;
  /** The window whose edge cuts the box off, while the frame goes on there. */
  readonly cut: boolean;
}

/** Edges of a window this near to a box may have cut it. */
const edgePx = 2;

/** A raw detection in frame px from a box in window px, clipped to the frame. */
export function placeInFrame(
  found: { readonly label: number; readonly score: number; readonly box: Box },
  window: Window,
  frame: { readonly widthPx: number; readonly heightPx: number },
): RawDetection {
  const { box } = found;
  const right = window.x + window.widthPx;
  const bottom = window.y + window.heightPx;
  const cut =
    (window.x > 0 && box.x1 <= edgePx) ||
    (window.y > 0 && box.y1 <= edgePx) ||
    (right < frame.widthPx && box.x2 >= window.widthPx - edgePx) ||
    (bottom < frame.heightPx && box.y2 >= window.heightPx - edgePx);
  return {
    label: found.label,
    score: found.score,
    cut,
    box: {
      x1: clamp(window.x + box.x1, frame.widthPx),
      y1: clamp(window.y + box.y1, frame.heightPx),
      x2: clamp(window.x + box.x2, frame.widthPx),
      y2: clamp(window.y + box.y2, frame.heightPx),
    },
  };
}

function clamp(value: number, top: number): number {
  return Math.max(0, Math.min(value, top));
}
