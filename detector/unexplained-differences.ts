import { clearBox, type BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import { differenceRegion } from '#detector/defect-region.ts';
import type { Region } from '#detector/region-mask.ts';

/** What differs between part and golden after registration. */
export interface Differences {
  readonly regions: readonly Box[];
  readonly differing: BitPlane;
  readonly cores: BitPlane;
}

/** So many are told, the largest: where more differs than that, the largest say enough. */
const most = 64;

/**
 * Regions that differ and lie in no box of a detection, the largest first, then in reading order. Takes the pixels in
 * those boxes out of the planes: they belong to this comparison alone.
 */
export function unexplainedDifferences(
  { regions, differing, cores }: Differences,
  explained: readonly Box[],
): readonly Region[] {
  for (const box of explained) {
    clearBox(differing, box);
    clearBox(cores, box);
  }
  return regions
    .map((box) => differenceRegion(box, differing, cores))
    .filter((region) => region !== null)
    .toSorted((a, b) => b.areaPx - a.areaPx)
    .slice(0, most);
}

/** The box around a region. */
export function boxOfRegion({ mask: { x, y, widthPx, heightPx } }: Region): Box {
  return { x1: x, y1: y, x2: x + widthPx, y2: y + heightPx };
}
