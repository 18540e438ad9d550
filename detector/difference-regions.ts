import type { BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';

/** Side of the squares in which set pixels are grouped. */
const cellPx = 8;

/**
 * Groups set pixels: cells of 8 x 8 px that hold one are joined with their eight neighbors (connected components).
 * Returns the box around the cells of each group, in reading order of their first cells.
 */
export function differenceRegions(plane: BitPlane): Box[] {
  const columns = Math.ceil(plane.widthPx / cellPx);
  const rows = Math.ceil(plane.heightPx / cellPx);
  const cells = occupiedCells(plane, columns, rows);
  const boxes: Box[] = [];
  for (let start = 0; start < cells.length; start += 1) {
    if (cells[start] !== 1) continue;
    const group = collectGroup(cells, start, columns);
    boxes.push({
      x1: group.left * cellPx,
      y1: group.top * cellPx,
      x2: Math.min(plane.widthPx, (group.right + 1) * cellPx),
      y2: Math.min(plane.heightPx, (group.bottom + 1) * cellPx),
    });
  }
  return boxes;
}

function occupiedCells(plane: BitPlane, columns: number, rows: number): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  for (let y = 0; y < plane.heightPx; y += 1) {
    const row = y * plane.wordsPerRow;
    const cellRow = Math.floor(y / cellPx) * columns;
    for (let word = 0; word < plane.wordsPerRow; word += 1) {
      const bits = plane.words[row + word] ?? 0;
      if (bits === 0) continue;
      const cell = cellRow + word * 4;
      if (bits & 0xff) cells[cell] = 1;
      if (bits & 0xff00) cells[cell + 1] = 1;
      if (bits & 0xff0000) cells[cell + 2] = 1;
      if (bits >>> 24) cells[cell + 3] = 1;
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
