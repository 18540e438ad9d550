import type { ChartPoint } from '#hmi/quality/p-chart.ts';

/** Defects found on so many parts. */
export interface DefectSample {
  readonly defects: number;
  readonly inspected: number;
}

/** Control chart of defects a part, Poisson limits at three sigma (Montgomery, Introduction to Statistical Quality Control, 7.3). */
export function uChart(samples: readonly DefectSample[]): {
  readonly center: number;
  readonly points: readonly ChartPoint[];
} {
  const defects = samples.reduce((total, sample) => total + sample.defects, 0);
  const inspected = samples.reduce((total, sample) => total + sample.inspected, 0);
  const center = inspected > 0 ? defects / inspected : 0;
  const points = samples.map((sample) => {
    const sigma = Math.sqrt(center / sample.inspected);
    const share = sample.defects / sample.inspected;
    return {
      share,
      lower: Math.max(0, center - 3 * sigma),
      upper: center + 3 * sigma,
      z: sigma > 0 ? (share - center) / sigma : 0,
    };
  });
  return { center, points };
}
