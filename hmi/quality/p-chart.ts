/** Nonconforming of a sample, e.g. of one hour. */
export interface Sample {
  readonly nonconforming: number;
  readonly inspected: number;
}

export interface ChartPoint {
  readonly share: number;
  /** Limits at three sigma, kept within 0..1; they vary with the size of the sample. */
  readonly lower: number;
  readonly upper: number;
  /** Distance from the center in sigmas of this point. */
  readonly z: number;
}

export interface PChart {
  readonly center: number;
  /** Laney's factor: 1 for binomial variation, above it for overdispersion. */
  readonly sigmaZ: number;
  readonly points: readonly ChartPoint[];
}

// Expected range of two values from a normal distribution, in sigmas (d2 for n = 2).
const meanRangeOfTwo = 1.128;

/**
 * Control chart of shares. With `laney`, the limits are widened by how much the z values really vary from point to
 * point (Laney 2002, "Improved Control Charts for Attributes", Quality Engineering 14(4)): with large samples the
 * binomial limits alone would call nearly every point an alarm. Samples of size 0 are not allowed.
 */
export function pChart(samples: readonly Sample[], limits: 'binomial' | 'laney'): PChart {
  const inspected = sum(samples.map((sample) => sample.inspected));
  const center = inspected > 0 ? sum(samples.map((sample) => sample.nonconforming)) / inspected : 0;
  const sigmas = samples.map((sample) => Math.sqrt((center * (1 - center)) / sample.inspected));
  const zs = samples.map(({ nonconforming, inspected: size }, index) => {
    const sigma = sigmas[index] ?? 0;
    return sigma > 0 ? (nonconforming / size - center) / sigma : 0;
  });
  const sigmaZ = limits === 'laney' ? sigmaOfZ(zs) : 1;
  const points = samples.map(({ nonconforming, inspected: size }, index) => {
    const reach = 3 * (sigmas[index] ?? 0) * sigmaZ;
    return {
      share: nonconforming / size,
      lower: Math.max(0, center - reach),
      upper: Math.min(1, center + reach),
      z: sigmaZ > 0 ? (zs[index] ?? 0) / sigmaZ : 0,
    };
  });
  return { center, sigmaZ, points };
}

/** Mean moving range of the z values over d2. */
function sigmaOfZ(zs: readonly number[]): number {
  const ranges = zs.slice(1).map((z, index) => Math.abs(z - (zs[index] ?? 0)));
  return ranges.length > 0 ? sum(ranges) / ranges.length / meanRangeOfTwo : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
