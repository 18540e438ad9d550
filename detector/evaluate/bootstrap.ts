import { seededRandom } from '#detector/seeded-random.ts';
import type { Figure } from '#detector/evaluate/figures.ts';
import type { Weights } from '#detector/evaluate/ranking.ts';

/** A value with its 95 % interval; null where the set has nothing to measure it on. */
export interface Estimate {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
}

/** Draws of images with replacement, as weights (Efron 1979). Same seed, same draws. */
export function bootstrapDraws(imageCount: number, rounds: number, seed: number): Weights[] {
  const random = seededRandom(seed);
  return Array.from({ length: rounds }, () => {
    const weights = new Int32Array(imageCount);
    for (let draw = 0; draw < imageCount; draw += 1) {
      const image = Math.floor(random() * imageCount);
      weights[image] = (weights[image] ?? 0) + 1;
    }
    return weights;
  });
}

/** A figure over the whole set, with the 2.5 and 97.5 percentiles over the draws. */
export function estimate(figure: Figure, imageCount: number, draws: readonly Weights[]): Estimate {
  const value = figure(new Int32Array(imageCount).fill(1));
  if (Number.isNaN(value)) return { value: null, interval: null };
  const values = draws.map(figure).filter((drawn) => !Number.isNaN(drawn));
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? value;
  return { value, interval: [at(0.025), at(0.975)] };
}
