import { bootstrapDraws, estimate, type Estimate } from '#detector/evaluate/bootstrap.ts';
import { prepareFigures, type Figure } from '#detector/evaluate/figures.ts';
import type { EvaluateOptions } from '#detector/evaluate/options.ts';
import { bestF, rankCalls } from '#detector/evaluate/ranking.ts';
import type { SeenImage } from '#detector/evaluate/run-set.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';

const rounds = 400;

type Nested = Estimate | Readonly<Record<string, Estimate>>;

/** Text for standard output: one line of JSON, or a table. What has no JSON key goes to standard error. */
export function report(seen: readonly SeenImage[], manifest: ModelManifest, options: EvaluateOptions): string {
  const draws = bootstrapDraws(seen.length, rounds, options.seed);
  const compute = (figure: Figure): Estimate => estimate(figure, seen.length, draws);
  const computeAll = (figures: Readonly<Record<string, Figure>>): Record<string, Estimate> =>
    Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, compute(figure)]));
  const { perLabel, recallBySize, centreHitRaised, ...single } = prepareFigures(seen, manifest.labels, manifest);
  const figures: Record<string, Nested> = {
    ...computeAll(single),
    perLabel: computeAll(perLabel),
    recallBySize: computeAll(recallBySize),
  };
  tellAside(seen, compute(centreHitRaised));
  const totalMs = seen.reduce((sum, { detectMs }) => sum + detectMs, 0);
  const facts = {
    threshold: manifest.threshold,
    images: seen.length,
    framesPerSecond: rounded((seen.length * 1000) / totalMs),
  };
  if (!options.json) return table(figures, facts);
  const values = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, valueOf(figure)]));
  const intervals = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, intervalOf(figure)]));
  return `${JSON.stringify({ ...values, ...facts, intervals })}\n`;
}

function tellAside(seen: readonly SeenImage[], raised: Estimate): void {
  const best = bestF(rankCalls(seen, 0.33));
  const uncertain = seen.filter((image) => image.uncertain).length;
  const slowest = Math.max(...seen.map(({ detectMs }) => detectMs));
  const line = [
    `best F at IoU 0.33: ${best.f.toFixed(4)} at threshold ${best.threshold.toFixed(3)}`,
    `called or raised as a candidate: ${describe(raised)}`,
    `registration uncertain: ${uncertain} of ${seen.length}`,
    `slowest frame: ${slowest.toFixed(0)} ms`,
  ];
  process.stderr.write(`${line.join('\n')}\n`);
}

function table(figures: Readonly<Record<string, Nested>>, facts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(figures).flatMap(([name, figure]) =>
    isEstimate(figure)
      ? [[name, describe(figure)]]
      : Object.entries(figure).map(([part, value]) => [`${name} ${part}`, describe(value)]),
  );
  rows.push(...Object.entries(facts).map(([name, value]) => [name, String(value)]));
  return rows.map(([name = '', value = '']) => `${name.padEnd(32)}${value}\n`).join('');
}

function describe({ value, interval }: Estimate): string {
  if (value === null || interval === null) return '-';
  return `${value.toFixed(4)}   (${interval[0].toFixed(4)} to ${interval[1].toFixed(4)})`;
}

function isEstimate(figure: Nested): figure is Estimate {
  return 'interval' in figure;
}

function valueOf(figure: Nested): unknown {
  if (isEstimate(figure)) return figure.value === null ? null : rounded(figure.value);
  return Object.fromEntries(Object.entries(figure).map(([name, part]) => [name, valueOf(part)]));
}

function intervalOf(figure: Nested): unknown {
  if (isEstimate(figure)) return figure.interval && figure.interval.map(rounded);
  return Object.fromEntries(Object.entries(figure).map(([name, part]) => [name, intervalOf(part)]));
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
