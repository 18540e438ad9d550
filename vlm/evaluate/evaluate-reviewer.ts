import { bootstrapDraws, estimate } from '#detector/evaluate/bootstrap.ts';
import { parseReviewerOptions, reviewerHelp, type ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import { figureOf, percentile, shares, type Scored } from '#vlm/evaluate/score-answers.ts';
import { scoreSet } from '#vlm/evaluate/score-set.ts';

const rounds = 400;

/** Runs `npm run eval -- reviewer`: the text for standard output. */
export async function evaluateReviewer(args: readonly string[]): Promise<string> {
  const options = parseReviewerOptions(args);
  if (options === null) return reviewerHelp;
  const { scored, images, cpuMs } = await scoreSet(options);
  return report(scored, images, options, cpuMs);
}

function report(
  scored: readonly Scored[],
  images: number,
  { json, seed }: ReviewerEvaluation,
  cpuMs: readonly number[],
): string {
  const draws = bootstrapDraws(images, rounds, seed);
  const figures = Object.entries(shares).map(
    ([name, count]) => [name, estimate(figureOf(scored, count, images), images, draws)] as const,
  );
  const latencies = scored.flatMap(({ review }) => (review.record ? [review.record.latencyMs] : []));
  const unavailable = Map.groupBy(scored, ({ review }) => (review.kind === 'answered' ? 'answered' : review.reason));
  const facts = {
    p50Ms: rounded(percentile(latencies, 0.5)),
    p95Ms: rounded(percentile(latencies, 0.95)),
    engineCpuP50Ms: rounded(percentile(cpuMs, 0.5)),
    engineCpuP95Ms: rounded(percentile(cpuMs, 0.95)),
    images,
    crops: scored.length,
    falseCalls: scored.filter(({ place }) => place.truth === null).length,
  };
  const endings = Object.fromEntries([...unavailable].map(([reason, all]) => [reason, all.length]));
  if (json) {
    const values = Object.fromEntries(figures.map(([name, { value }]) => [name, rounded(value)]));
    const intervals = Object.fromEntries(figures.map(([name, { interval }]) => [name, interval?.map(rounded) ?? null]));
    return `${JSON.stringify({ ...values, ...facts, endings, intervals })}\n`;
  }
  const rows = figures.map(([name, { value, interval }]) => {
    const range = interval ? `   (${interval.map((end) => end.toFixed(4)).join(' to ')})` : '';
    return [name, `${value?.toFixed(4) ?? '-'}${range}`];
  });
  rows.push(...Object.entries(facts).map(([name, value]) => [name, String(value)]));
  return rows.map(([name = '', value = '']) => `${name.padEnd(20)}${value}\n`).join('');
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}
