/** A region of a frame as the edge node sends it: lengths of runs, row by row in its window, the first one outside. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly runs: readonly number[];
}

/** The path of a region in frame pixels, one bar for each piece of a row. */
export function pathOf({ x, y, widthPx, runs }: Region): string {
  const bars: string[] = [];
  let at = 0;
  for (const [index, length] of runs.entries()) {
    if (index % 2 === 1)
      bars.push(
        ...barsOf(at, length, widthPx).map(({ left, row, width }) => `M${x + left} ${y + row}h${width}v1h-${width}z`),
      );
    at += length;
  }
  return bars.join('');
}

/** A run goes on in the next row where it reaches the end of one. */
function barsOf(start: number, length: number, widthPx: number): { left: number; row: number; width: number }[] {
  const bars = [];
  for (let at = start; at < start + length && widthPx > 0;) {
    const left = at % widthPx;
    const width = Math.min(widthPx - left, start + length - at);
    bars.push({ left, row: Math.floor(at / widthPx), width });
    at += width;
  }
  return bars;
}
