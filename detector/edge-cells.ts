import { bitPlane } from '#detector/bit-plane.ts';
import { differenceBits } from '#detector/difference-bits.ts';
import { countCells } from '#detector/difference-regions.ts';
import type { Image } from '#detector/image.ts';

/** How many squares of a grey image hold an edge: a pixel that differs by more than `level` from the one 2 px on. */
export function edgeCells({ widthPx, heightPx, data }: Image, level: number): number {
  const plane = bitPlane(widthPx, heightPx);
  const shifted = Uint8Array.from(data);
  shifted.copyWithin(0, 2 * widthPx + 2);
  differenceBits(data, shifted, level, plane);
  return countCells(plane);
}
