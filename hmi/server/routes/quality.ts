import { z } from 'zod';
import { pChart } from '#hmi/quality/p-chart.ts';
import { westernElectric } from '#hmi/quality/western-electric.ts';
import { qualityFigures } from '#hmi/quality/yield.ts';
import { qualitySchema, type Quality } from '#hmi/server/api.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { paretoOfLabels } from '#store/queries/pareto-of-labels.ts';
import { qualityCounts } from '#store/queries/quality-counts.ts';
import { trendOfVerdicts, type TrendPoint } from '#store/queries/trend-of-verdicts.ts';

const query = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    station: z.string().optional(),
    bucket: z.enum(['hour', 'day']).default('hour'),
    limits: z.enum(['binomial', 'laney']).default('laney'),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' });

/** Yields, Pareto and control chart of a period. */
export function addQualityRoutes(server: TypedServer, { database }: ServerParts): void {
  server.get(
    '/api/v1/quality',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Yields, Pareto of defects and control chart of a period',
        querystring: query,
        response: { 200: qualitySchema },
      },
    },
    async ({ query: { from, to, station, bucket, limits } }) => {
      const period = { from, to, stationId: station };
      const counts = await qualityCounts(database, period);
      const pareto = await paretoOfLabels(database, period);
      const trend = await trendOfVerdicts(database, period, bucket);
      return { from, to, counts, figures: qualityFigures(counts), pareto, chart: toChart(trend, limits) };
    },
  );
}

function toChart(trend: readonly TrendPoint[], limits: 'binomial' | 'laney'): Quality['chart'] {
  const samples = trend.map(({ pass, fail, undecided }) => ({
    nonconforming: fail + undecided,
    inspected: pass + fail + undecided,
  }));
  const { center, sigmaZ, points } = pChart(samples, limits);
  const alarms = westernElectric(points.map(({ z: distance }) => distance));
  return {
    center,
    sigmaZ,
    points: points.map(({ share, lower, upper }, index) => ({
      at: trend[index]?.at ?? '',
      inspected: samples[index]?.inspected ?? 0,
      share,
      lower,
      upper,
      alarms: alarms.filter((alarm) => alarm.index === index).map(({ rule }) => rule),
    })),
  };
}
