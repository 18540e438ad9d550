import { z } from 'zod';
import { riskCoverage, workingPoint, type JudgedPart } from '#hmi/quality/risk-coverage.ts';
import { dpmo, qualityFigures, type QualityCounts } from '#hmi/quality/yield.ts';
import { opportunitiesOf } from '#store/recipes/opportunities.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { chartsOf, driftOf } from '#hmi/server/quality-charts.ts';
import { driftSchema, qualitySchema, reviewerQualitySchema } from '#hmi/server/quality.schema.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { defectsOfPeriod, inspectedByRecipe } from '#store/queries/defect-counts.ts';
import { countDisagreements } from '#store/queries/disagreements.ts';
import { judgedParts, type JudgedInspection } from '#store/queries/judged-parts.ts';
import { labelsByPiece, measuredSamples } from '#store/queries/measured-samples.ts';
import { paretoOfLabels } from '#store/queries/pareto-of-labels.ts';
import { qualityCounts } from '#store/queries/quality-counts.ts';
import { auditedPerMille } from '#store/queries/review-queue.ts';
import { trendOfVerdicts } from '#store/queries/trend-of-verdicts.ts';

const period = { from: z.iso.datetime(), to: z.iso.datetime() };
const bucket = z.enum(['hour', 'day']).default('hour');
const inOrder = ({ from, to }: { readonly from: string; readonly to: string }): boolean => from < to;
const order = { path: ['to'], error: 'must be after from' };

const query = z
  .strictObject({
    ...period,
    bucket,
    station: z.string().optional(),
    limits: z.enum(['binomial', 'laney']).default('laney'),
  })
  .refine(inOrder, order);
const reviewerQuery = z.strictObject({ ...period, station: z.string().optional() }).refine(inOrder, order);
const driftQuery = z.strictObject({ ...period, bucket, station: z.string() }).refine(inOrder, order);

/** Yields, Pareto and control charts of a period; what the two stages made of each other; what drifts. */
export function addQualityRoutes(server: TypedServer, { database, recipeDir }: ServerParts): void {
  server.get(
    '/api/v1/quality',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Yields, Pareto of defects and control charts of a period',
        querystring: query,
        response: { 200: qualitySchema },
      },
    },
    async ({ query: { from, to, station, bucket: piece, limits } }) => {
      const asked = { from, to, stationId: station };
      const counted = await qualityCounts(database, asked, auditedPerMille);
      const defects = await defectsOfPeriod(database, asked);
      const opportunities = await opportunitiesOf(database, recipeDir, await inspectedByRecipe(database, asked));
      const pareto = await paretoOfLabels(database, asked);
      const trend = await trendOfVerdicts(database, asked, piece);
      const counts = { ...counted, defects, opportunities };
      const figures = { ...qualityFigures(counted), dpmo: dpmo({ defects, opportunities: opportunities ?? 0 }) };
      return { from, to, counts, figures, pareto, ...chartsOf(trend, limits === 'laney' ? 'laney' : 'chance') };
    },
  );
  addReviewerRoute(server, { database });
  addDriftRoute(server, { database });
}

function addReviewerRoute(server: TypedServer, { database }: Pick<ServerParts, 'database'>): void {
  server.get(
    '/api/v1/quality/reviewer',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Where detector and reviewer disagreed, by reason, and risk over coverage of what people judged',
        querystring: reviewerQuery,
        response: { 200: reviewerQualitySchema },
      },
    },
    async ({ query: { from, to, station } }) => {
      const asked = { from, to, stationId: station };
      const disagreements = await countDisagreements(database, asked);
      const judged = await judgedParts(database, asked, auditedPerMille);
      const weighed = weigh(judged, await qualityCounts(database, asked, auditedPerMille));
      const risk = { judged: judged.length, points: riskCoverage(weighed), now: workingPoint(weighed) };
      return { disagreements, risk };
    },
  );
}

function addDriftRoute(server: TypedServer, { database }: Pick<ServerParts, 'database'>): void {
  server.get(
    '/api/v1/quality/drift',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Scores, exposure, sharpness and the mix of labels of a station over time, with alarms',
        querystring: driftQuery,
        response: { 200: driftSchema },
      },
    },
    async ({ query: { from, to, station: stationId, bucket: piece } }) => {
      const asked = { from, to, stationId };
      const measured = await measuredSamples(database, asked, piece);
      return { stationId, series: driftOf(measured, await labelsByPiece(database, asked, piece)) };
    },
  );
}

/** A judged part stands for all of its kind: called ones for those called, audited ones for those passed. */
function weigh(judged: readonly JudgedInspection[], counts: QualityCounts): readonly JudgedPart[] {
  const passes = judged.filter(({ verdict }) => verdict === 'pass').length;
  const calls = judged.length - passes;
  return judged.map((part) => ({
    ...part,
    weight: part.verdict === 'pass' ? counts.passed / passes : counts.called / calls,
  }));
}
