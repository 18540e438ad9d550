/** One line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** A limit drawn across, with its name; null: none. */
  readonly limit: { readonly y: number; readonly name: string } | null;
}

const size = { width: 680, left: 80, right: 20, top: 40, bottom: 280 };
const colors = ['#1b6ca8', '#c8553d', '#3a7d44', '#7a5195', '#8a6d00'];

/** A line plot as SVG, to be read in a page: white ground, named lines, a marker at every point. */
export function drawPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  const across = scaleOf(
    points.map(({ x }) => x),
    [size.left, size.width - size.right],
  );
  const ys = [...points.map(({ y }) => y), 0, ...(plot.limit === null ? [] : [plot.limit.y])];
  const up = scaleOf(ys, [size.bottom, size.top]);
  const height = size.bottom + 70 + 18 * plot.series.length;
  const frame = `<rect width="${size.width}" height="${height}" fill="#fff"/>`;
  const parts = [frame, ...titles(plot), ...gridOf(across, up)];
  if (plot.limit !== null) {
    const y = up.at(plot.limit.y);
    parts.push(
      `<line x1="${size.left}" y1="${y}" x2="${size.width - size.right}" y2="${y}" stroke="#444" stroke-dasharray="6 4"/>`,
    );
    parts.push(text(size.width - size.right, y - 5, plot.limit.name, 'end'));
  }
  for (const [index, series] of plot.series.entries()) parts.push(...lineOf(series, index, across, up));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${plot.title}">\n${parts.join('\n')}\n</svg>\n`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const rough = 10 ** Math.floor(Math.log10(span));
  const step = [0.1, 0.2, 0.5, 1, 2].map((factor) => factor * rough).find((one) => span / one <= 6) ?? rough;
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.ceil(high / step - 1e-9) * step;
  const count = Math.round((last - first) / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((first + index * step).toPrecision(6)));
  return { at: (value) => round(from + ((value - first) / (last - first)) * (to - from)), ticks };
}

function titles({ title, x, y }: Plot): readonly string[] {
  const middle = (size.left + size.width - size.right) / 2;
  const height = (size.top + size.bottom) / 2;
  return [
    `<text x="${size.left}" y="22" font-size="15" font-weight="bold">${title}</text>`,
    text(middle, size.bottom + 38, x, 'middle'),
    `<text x="18" y="${height}" text-anchor="middle" transform="rotate(-90 18 ${height})">${y}</text>`,
  ];
}

function gridOf(across: Scale, up: Scale): readonly string[] {
  const { bottom } = size;
  const vertical = across.ticks.flatMap((tick) => [
    `<line x1="${across.at(tick)}" y1="${size.top}" x2="${across.at(tick)}" y2="${bottom}" stroke="#eee"/>`,
    text(across.at(tick), bottom + 18, String(tick), 'middle'),
  ]);
  const horizontal = up.ticks.flatMap((tick) => [
    `<line x1="${size.left}" y1="${up.at(tick)}" x2="${size.width - size.right}" y2="${up.at(tick)}" stroke="#ddd"/>`,
    text(size.left - 8, up.at(tick) + 4, String(tick), 'end'),
  ]);
  return [...vertical, ...horizontal];
}

function lineOf({ name, points }: Series, index: number, across: Scale, up: Scale): readonly string[] {
  const color = colors[index % colors.length] ?? '#000';
  const places = points.map(({ x, y }) => `${across.at(x)},${up.at(y)}`);
  const dots = points.map(({ x, y }) => `<circle cx="${across.at(x)}" cy="${up.at(y)}" r="3" fill="${color}"/>`);
  const row = size.bottom + 60 + 18 * index;
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...dots,
    `<rect x="${size.left}" y="${row - 9}" width="14" height="10" fill="${color}"/>`,
    text(size.left + 22, row, name, 'start'),
  ];
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${words}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
