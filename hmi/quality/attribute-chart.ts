/** What was counted in a sample, e.g. of one hour: nonconforming parts, or defects. */
export interface Sample {
  readonly counted: number;
  readonly inspected: number;
}

export interface ChartPoint {
  /** Counted of inspected. */
  readonly value: number;
  /** Limits at three sigma, kept to what the value can be; they vary with the size of the sample. */
  readonly lower: number;
  readonly upper: number;
  /** Distance from the center in sigmas of this point. */
  readonly z: number;
}

export interface AttributeChart {
  readonly center: number;
  /** Laney's factor: 1 for the variation of chance alone, above it for overdispersion. */
  readonly sigmaZ: number;
  readonly points: readonly ChartPoint[];
}

/** `chance`: limits of the binomial or Poisson distribution. `laney`: widened by how much the samples really vary. */
export type Limits = 'chance' | 'laney';

/** How values of one inspected part vary by chance, and the most a value can be. */
interface Law {
  readonly variance: (center: number) => number;
  readonly most: number;
}

const binomial: Law = { variance: (center) => center * (1 - center), most: 1 };
const poisson: Law = { variance: (center) => center, most: Number.POSITIVE_INFINITY };

/** From so many samples on it can be told how much they vary; by fewer, two like hours would make every third an alarm. */
const laneyFrom = 10;

// Expected range of two values from a normal distribution, in sigmas (d2 for n = 2).
const meanRangeOfTwo = 1.128;

/** Control chart of the share of nonconforming parts. Samples of size 0 are not allowed. */
export function pChart(samples: readonly Sample[], limits: Limits): AttributeChart {
  return chartOf(samples, limits, binomial);
}

/** Control chart of defects per part. Samples of size 0 are not allowed. */
export function uChart(samples: readonly Sample[], limits: Limits): AttributeChart {
  return chartOf(samples, limits, poisson);
}

/**
 * With `laney`, the limits are widened by how much the z values really vary from point to point (Laney 2002, "Improved
 * Control Charts for Attributes", Quality Engineering 14(4)): with large samples the limits of chance alone would call
 * nearly every point an alarm. Few samples keep the limits of chance: their factor would itself be chance.
 */
function chartOf(samples: readonly Sample[], limits: Limits, { variance, most }: Law): AttributeChart {
  const inspected = sum(samples.map((sample) => sample.inspected));
  const center = inspected > 0 ? sum(samples.map((sample) => sample.counted)) / inspected : 0;
  const sigmas = samples.map((sample) => Math.sqrt(variance(center) / sample.inspected));
  const zs = samples.map(({ counted, inspected: size }, index) => {
    const sigma = sigmas[index] ?? 0;
    return sigma > 0 ? (counted / size - center) / sigma : 0;
  });
  const sigmaZ = limits === 'laney' && samples.length >= laneyFrom ? sigmaOfRanges(zs) : 1;
  const points = samples.map(({ counted, inspected: size }, index) => {
    const reach = 3 * (sigmas[index] ?? 0) * sigmaZ;
    return {
      value: counted / size,
      lower: Math.max(0, center - reach),
      upper: Math.min(most, center + reach),
      z: sigmaZ > 0 ? (zs[index] ?? 0) / sigmaZ : 0,
    };
  });
  return { center, sigmaZ, points };
}

/** Sigma of values by their mean moving range over d2; 1 where there are fewer than two. */
export function sigmaOfRanges(values: readonly number[]): number {
  const ranges = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
  return ranges.length > 0 ? sum(ranges) / ranges.length / meanRangeOfTwo : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
