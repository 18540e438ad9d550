import { sigmaOfRanges, type ChartPoint } from '#hmi/quality/attribute-chart.ts';

export interface IndividualsChart {
  readonly center: number;
  readonly sigma: number;
  readonly points: readonly ChartPoint[];
}

/**
 * Control chart of measured values, one a sample: limits at three sigma, sigma from the mean moving range of two
 * (NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2). A single value is its own center and never an alarm.
 */
export function individualsChart(values: readonly number[]): IndividualsChart {
  const center = values.length > 0 ? values.reduce((total, value) => total + value, 0) / values.length : 0;
  const sigma = values.length > 1 ? sigmaOfRanges(values) : 0;
  const points = values.map((value) => ({
    value,
    lower: center - 3 * sigma,
    upper: center + 3 * sigma,
    z: sigma > 0 ? (value - center) / sigma : 0,
  }));
  return { center, sigma, points };
}
