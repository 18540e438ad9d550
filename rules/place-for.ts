import { intersectionArea, type Box } from '#detector/box.ts';
import type { Detection } from '#detector/detection.ts';
import type { ReviewLimits } from '#rules/recipe.ts';
import { runsOfRegion } from '#rules/region-runs.ts';

/**
 * The place of a detection that a reviewer's box is held against. A detector's box is drawn with a margin and its region
 * without: `between` takes, edge by edge, what lies nearest to the reviewer's box from the one to the other, so that
 * neither a tight box nor a loose one is wrong for its margin. Never harder to meet than the box or the region alone.
 */
export function placeFor(found: Box | null, detection: Detection, compareWith: ReviewLimits['compareWith']): Box {
  const { box } = detection;
  const bounds = detection.region === null ? null : boundsOf(detection.region);
  // A region that lies beside its box says nothing about the place.
  if (compareWith === 'box' || bounds === null || intersectionArea(bounds, box) === 0) return box;
  const inner = cut(bounds, box);
  if (compareWith === 'region') return inner;
  if (found === null) return box;
  return {
    x1: Math.min(Math.max(found.x1, box.x1), inner.x1),
    y1: Math.min(Math.max(found.y1, box.y1), inner.y1),
    x2: Math.max(Math.min(found.x2, box.x2), inner.x2),
    y2: Math.max(Math.min(found.y2, box.y2), inner.y2),
  };
}

/** The least box around the pixels of a region; null for one without pixels. */
function boundsOf(region: NonNullable<Detection['region']>): Box | null {
  const runs = runsOfRegion(region);
  const [first] = runs;
  if (!first) return null;
  const one: Box = { x1: first.x1, y1: first.y, x2: first.x2, y2: first.y + 1 };
  return runs.reduce(
    (bounds, { y, x1, x2 }) => ({
      x1: Math.min(bounds.x1, x1),
      y1: Math.min(bounds.y1, y),
      x2: Math.max(bounds.x2, x2),
      y2: Math.max(bounds.y2, y + 1),
    }),
    one,
  );
}

function cut(a: Box, b: Box): Box {
  return {
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
    x2: Math.min(a.x2, b.x2),
    y2: Math.min(a.y2, b.y2),
  };
}
