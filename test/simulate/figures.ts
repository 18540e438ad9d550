import { drawPlot } from './plot.ts';
import { published, type ReviewerErrors } from './plant.ts';
import { wilson } from './random.ts';
import type { CurvePoint, Tally } from './simulate.ts';

/** One policy at one point of the sweep. */
export interface Row {
  readonly reviewer: ReviewerErrors;
  readonly correlation: number;
  /** Does the second exposure err with the detector as much as the reviewer does, or on its own? */
  readonly second: 'on its own' | 'like the reviewer';
  readonly tally: Tally;
}

const lowering = 'ours, lowering in a band';

/** Escapes and false calls of every policy where the reviewer errs on its own, and where it errs with the detector. */
export function policyTable(rows: readonly Row[], badShare: number): string {
  const shown = rows.filter(
    ({ reviewer, second, correlation }) =>
      reviewer === published && second === 'on its own' && [0, 0.5, 1].includes(correlation),
  );
  const lines = shown.map(({ correlation, tally }) => {
    const people =
      badShare * (tally.badToPeople / tally.badParts) + (1 - badShare) * (tally.goodToPeople / tally.goodParts);
    return [
      tally.policy,
      correlation.toFixed(1),
      ppm(tally.escapes, tally.badParts),
      percent(tally.addedEscapes / tally.badParts),
      ppm(tally.falseCalls, tally.goodParts),
      percent(people, 1),
    ];
  });
  const head = [
    'policy',
    'correlation',
    'escapes, PPM of bad parts',
    'added to the detector’s, % of bad parts',
    'false calls, PPM of good parts',
    'to people, % of parts',
  ];
  return table(head, lines);
}

/** What lowering in a band takes away and lets through, over the correlation. */
export function loweringTable(rows: readonly Row[]): string {
  const shown = rows.filter(({ tally }) => tally.policy === lowering);
  const lines = shown.map(({ reviewer, correlation, second, tally }) => {
    const removed = removedShare(tally);
    const added = tally.addedEscapes / tally.badParts;
    return [
      reviewer.name,
      correlation.toFixed(2),
      second,
      percent(removed, 1),
      percent(added, 3),
      interval(tally.addedEscapes, tally.badParts),
      removed >= 0.5 && added <= 0.001 ? 'yes' : '**no**',
    ];
  });
  const head = [
    'reviewer',
    'correlation',
    'second exposure errs',
    'false calls removed',
    'escapes added, % of bad parts',
    '95 %',
    'both bounds hold',
  ];
  return table(head, lines);
}

/** Share of the detector's false calls that are left fewer: removed less those that are new. */
export function removedShare({ falseCalls, falseCallsOfDetector }: Tally): number {
  return (falseCallsOfDetector - falseCalls) / falseCallsOfDetector;
}

/** False calls removed over the correlation. */
export function correlationPlot(rows: readonly Row[]): string {
  const shown = rows.filter(({ tally }) => tally.policy === lowering);
  const names = [...new Set(shown.map(({ reviewer, second }) => `${reviewer.name}; second exposure errs ${second}`))];
  const series = names.map((name) => ({
    name,
    points: shown
      .filter(({ reviewer, second }) => name === `${reviewer.name}; second exposure errs ${second}`)
      .map(({ correlation, tally }) => ({ x: correlation, y: 100 * removedShare(tally) })),
  }));
  return drawPlot({
    title: 'Lowering in a band: false calls removed',
    x: 'correlation of the reviewer’s errors with the detector’s',
    y: 'false calls removed, %',
    series,
    limit: { y: 50, name: 'bound: 50 %' },
  });
}

/** Escapes added over the correlation. */
export function escapesPlot(rows: readonly Row[]): string {
  const shown = rows.filter(({ tally }) => tally.policy === lowering || tally.policy === 'ours, default recipe');
  const nameOf = ({ reviewer, second, tally }: Row): string =>
    tally.policy === lowering
      ? `lowering, ${reviewer.name}; second exposure errs ${second}`
      : 'default recipe, every reviewer';
  const series = [...new Set(shown.map(nameOf))].map((name) => ({
    name,
    points: unique(shown.filter((row) => nameOf(row) === name)),
  }));
  return drawPlot({
    title: 'Escapes added to those of the detector',
    x: 'correlation of the reviewer’s errors with the detector’s',
    y: 'escapes added, % of bad parts',
    series,
    limit: { y: 0.1, name: 'bound: 0.1 %' },
  });
}

/** Risk over coverage, from no doubt to a wide one. */
export function riskCoveragePlot(points: readonly CurvePoint[]): string {
  const series = [...new Set(points.map(({ policy }) => policy))].map((policy) => ({
    name: policy,
    points: points
      .filter((point) => point.policy === policy)
      .map(({ coverage, risk }) => ({ x: 100 * coverage, y: 100 * risk }))
      .toSorted((a, b) => a.x - b.x),
  }));
  return drawPlot({
    title: 'Risk and coverage as the doubtful band widens',
    x: 'parts decided without people, %',
    y: 'of those decided wrongly, %',
    series,
    limit: null,
  });
}

/** The worst of the rows that share a correlation: the plot promises no less than happened. */
function unique(rows: readonly Row[]): readonly { x: number; y: number }[] {
  const worst = new Map<number, number>();
  for (const { correlation, tally } of rows) {
    worst.set(correlation, Math.max(worst.get(correlation) ?? 0, (100 * tally.addedEscapes) / tally.badParts));
  }
  return [...worst].map(([x, y]) => ({ x, y }));
}

function ppm(hits: number, of: number): string {
  const [low, high] = wilson(hits, of);
  const rounded = (share: number): string => Math.round(share * 1e6).toLocaleString('en');
  return `${rounded(hits / of)} (${rounded(low)} to ${rounded(high)})`;
}

function interval(hits: number, of: number): string {
  const [low, high] = wilson(hits, of);
  return `${(100 * low).toFixed(3)} to ${(100 * high).toFixed(3)}`;
}

function percent(share: number, digits = 3): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
