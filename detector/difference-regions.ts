import type { BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import type { Seam } from '#detector/local-shift.ts';

/** Side of the squares in which set pixels are grouped; 32 is a multiple of it. */
const cellPx = 16;

/** What differs, as squares and as regions. */
export interface DifferenceRegions {
  /** Boxes around groups of touching squares that hold a defect, in reading order of their first squares. */
  readonly regions: readonly Box[];
  /** Squares that no near seam explains: defects, or a part that lies elsewhere. */
  readonly strays: number;
}

/**
 * Groups set pixels: cells of 16 x 16 px that hold one and are no seam are joined with their eight neighbors (connected
 * components). Beyond `mostStrays` the rest counts as stray untested: so many make no regions worth looking at alone.
 */
export function differenceRegions(plane: BitPlane, mostStrays: number, seamOf: (cell: Box) => Seam): DifferenceRegions {
  const columns = Math.ceil(plane.widthPx / cellPx);
  const rows = Math.ceil(plane.heightPx / cellPx);
  const cells = occupiedCells(plane, columns, rows);
  const boxOf = ({ left, top, right, bottom }: Group): Box => ({
    x1: left * cellPx,
    y1: top * cellPx,
    x2: Math.min(plane.widthPx, (right + 1) * cellPx),
    y2: Math.min(plane.heightPx, (bottom + 1) * cellPx),
  });
  let strays = 0;
  for (let cell = 0; cell < cells.length; cell += 1) {
    if (cells[cell] !== 1) continue;
    const x = cell % columns;
    const y = Math.floor(cell / columns);
    const seam = strays > mostStrays ? 'defect' : seamOf(boxOf({ left: x, top: y, right: x, bottom: y }));
    if (seam !== 'defect') cells[cell] = 0;
    if (seam !== 'near') strays += 1;
  }
  const regions: Box[] = [];
  for (let start = 0; start < cells.length; start += 1) {
    if (cells[start] === 1) regions.push(boxOf(collectGroup(cells, start, columns)));
  }
  return { regions, strays };
}

/** How many cells of 16 x 16 px hold a set pixel. */
export function countCells(plane: BitPlane): number {
  const cells = occupiedCells(plane, Math.ceil(plane.widthPx / cellPx), Math.ceil(plane.heightPx / cellPx));
  return cells.reduce((sum, cell) => sum + cell, 0);
}

function occupiedCells(plane: BitPlane, columns: number, rows: number): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  for (let y = 0; y < plane.heightPx; y += 1) {
    const row = y * plane.wordsPerRow;
    const cellRow = Math.floor(y / cellPx) * columns;
    for (let word = 0; word < plane.wordsPerRow; word += 1) {
      const bits = plane.words[row + word] ?? 0;
      if (bits === 0) continue;
      if (bits & 0xffff) cells[cellRow + word * 2] = 1;
      if (bits >>> 16) cells[cellRow + word * 2 + 1] = 1;
    }
  }
  return cells;
}

interface Group {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function collectGroup(cells: Uint8Array, start: number, columns: number): Group {
  const group = { left: columns, top: cells.length, right: 0, bottom: 0 };
  const open = [start];
  cells[start] = 2;
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const x = cell % columns;
    const y = Math.floor(cell / columns);
    group.left = Math.min(group.left, x);
    group.right = Math.max(group.right, x);
    group.top = Math.min(group.top, y);
    group.bottom = Math.max(group.bottom, y);
    for (const next of neighbors(x, columns, cell)) {
      if (cells[next] !== 1) continue;
      cells[next] = 2;
      open.push(next);
    }
  }
  return group;
}

function neighbors(x: number, columns: number, cell: number): number[] {
  const near = [cell - columns, cell + columns];
  if (x > 0) near.push(cell - 1, cell - columns - 1, cell + columns - 1);
  if (x < columns - 1) near.push(cell + 1, cell - columns + 1, cell + columns + 1);
  return near;
}
