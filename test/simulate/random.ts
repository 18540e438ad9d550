import { wilsonInterval } from '#hmi/quality/yield.ts';

/** Standard normal numbers by Box and Muller. */
export function normalOf(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Poisson numbers by counting; for small means. */
export function poissonOf(uniform: () => number, mean: number): number {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > floor; product *= uniform()) count += 1;
  return count;
}

/** Quantile of the standard normal distribution by bisection of its error function, to 1e-9. */
export function normalQuantile(share: number): number {
  let [low, high] = [-9, 9];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Share of the standard normal distribution below a value; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
export function normalShare(value: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(value));
  const tail = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429].reduceRight(
    (sum, factor) => (sum + factor) * t,
    0,
  );
  const above = (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return value >= 0 ? 1 - above : above;
}

/** Wilson interval of a share at 95 %; of none nothing is known. */
export function wilson(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1];
  const { low, high } = wilsonInterval(hits, of);
  return [low, high];
}
