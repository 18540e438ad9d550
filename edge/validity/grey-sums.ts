import { readFileSync } from 'node:fs';

/** Sums over the grey levels of an image, and over the Laplacian (4 neighbors) at its inner pixels. */
export interface GreySums {
  readonly levels: Sums;
  readonly edges: Sums;
}

export interface Sums {
  readonly sum: number;
  readonly squares: number;
  readonly count: number;
}

/** What grey-sums.wat exports: a call leaves its two sums in `sum` and `squares`. */
interface Summing {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly sum: { readonly value: number };
  readonly squares: { readonly value: number };
  readonly levels: (at: number, count: number) => void;
  readonly edges: (at: number, count: number, widthPx: number) => void;
}

/** As much of it as is used here: without the library of a browser TypeScript knows none. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Pixels of one call: more, and a sum could run over. */
const stretchPx = 2048;
/** Rows are looked at while they are still in the cache. */
const bandBytes = 128 * 1024;
const pageBytes = 64 * 1024;

const code = readFileSync(new URL('grey-sums.wasm', import.meta.url));
const summing = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as Summing;

/** Sums up an image of whole rows. */
export function sumGrey(grey: Uint8Array, widthPx: number): GreySums {
  const levels = createSums();
  const edges = createSums();
  const rows = widthPx === 0 ? 0 : grey.length / widthPx;
  const bandRows = Math.max(1, Math.floor(bandBytes / Math.max(1, widthPx)));
  const memory = memoryOf((Math.min(rows, bandRows) + 2) * widthPx);
  for (let band = 0; band < rows; band += bandRows) {
    const first = Math.max(0, band - 1);
    const end = Math.min(rows, band + bandRows);
    // With the row above and the one below: edges need them.
    memory.set(grey.subarray(first * widthPx, Math.min(rows, end + 1) * widthPx));
    for (let row = band; row < end; row += 1) {
      const at = (row - first) * widthPx;
      addRow(levels, widthPx, (from, count) => summing.levels(at + from, count));
      if (row === 0 || row === rows - 1) continue;
      addRow(edges, widthPx - 2, (from, count) => summing.edges(at + 1 + from, count, widthPx));
    }
  }
  return { levels, edges };
}

type Growing = { -readonly [Name in keyof Sums]: Sums[Name] };

function createSums(): Growing {
  return { sum: 0, squares: 0, count: 0 };
}

/** Adds `widthPx` pixels of a row, stretch by stretch. */
function addRow(to: Growing, widthPx: number, sumUp: (from: number, count: number) => void): void {
  for (let from = 0; from < widthPx; from += stretchPx) {
    const count = Math.min(stretchPx, widthPx - from);
    sumUp(from, count);
    to.sum += summing.sum.value;
    to.squares += summing.squares.value;
    to.count += count;
  }
}

function memoryOf(bytes: number): Uint8Array {
  const { memory } = summing;
  const lacking = bytes - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / pageBytes));
  return new Uint8Array(memory.buffer);
}
