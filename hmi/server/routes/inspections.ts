import { z } from 'zod';
import { inspectionDetailSchema, inspectionListSchema, overviewSchema, problemSchema } from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { toCsv } from '#hmi/server/to-csv.ts';
import { readOverview } from '#hmi/server/overview.ts';
import { oneAnswer } from '#hmi/server/one-answer.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { exportTooLong, notFound } from '#hmi/server/problem.ts';
import { actorOf } from '#hmi/server/roles.ts';
import { shiftStart } from '#hmi/server/shift.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { appendAudit } from '#store/people/append-audit.ts';
import { decodeCursor } from '#store/queries/cursor.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { listInspections, type InspectionFilter } from '#store/queries/list-inspections.ts';

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('At most this many, newest first'),
  verdict: z.enum(['pass', 'fail', 'undecided']).optional(),
  station: z.string().optional().describe('Station id'),
  serial: z.string().optional(),
  lot: z.string().optional(),
  product: z.string().optional().describe('Product id'),
  from: z.iso.datetime().optional().describe('Decided at or after'),
  to: z.iso.datetime().optional().describe('Decided before'),
  label: z.string().optional().describe('Called a defect or a doubt with this label'),
  model: z.string().optional().describe('Version of the model'),
  recipe: z.string().optional().describe('Version of the recipe'),
  before: z
    .string()
    .refine((text) => decodeCursor(text) !== null, 'is not the `next` of a page before')
    .optional()
    .describe('`next` of the page before'),
});

const exportUpTo = 10_000;
const exportQuery = listQuery.omit({ limit: true, before: true });

function toFilter({ station, product, model, recipe, ...rest }: z.infer<typeof listQuery>): InspectionFilter {
  return { ...rest, stationId: station, productId: product, modelVersion: model, recipeVersion: recipe };
}

/** Inspections: list, one, and what a line page begins with. */
export function addInspectionRoutes(server: TypedServer, { database, now }: ServerParts): void {
  // All pages come back at one time after a restart. What is stored after the snapshot comes as an event.
  const overview = oneAnswer(() => readOverview(database, shiftStart(now()).toISOString()), {
    keptMs: 0,
    clock: () => performance.now(),
  });
  server.get(
    '/api/v1/inspections',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Inspections, newest first', querystring: listQuery, response: { 200: inspectionListSchema } },
    },
    async ({ query }) => listInspections(database, toFilter(query)),
  );

  server.get(
    '/api/v1/inspections.csv',
    {
      // Asking for the head alone would note an export that nobody got.
      exposeHeadRoute: false,
      config: { role: 'quality' },
      schema: {
        summary: 'The same list as a table; refused where it has more than 10,000 lines',
        querystring: exportQuery,
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { inspections, next } = await listInspections(database, toFilter({ ...query, limit: exportUpTo }));
      // A table cut short looks whole.
      if (next !== null) return reply.code(400).send(exportTooLong);
      const { station: stationId, ...detail } = query;
      const subject = stationId ?? 'all stations';
      await appendAudit(database, actorOf(request), { action: 'inspections.export', subject, detail });
      reply.header('content-disposition', 'attachment; filename="inspections.csv"').type('text/csv; charset=utf-8');
      return reply.send(toCsv(inspections));
    },
  );

  server.get(
    '/api/v1/inspections/:id',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'One inspection with its whole record',
        params: z.object({ id: z.uuid() }),
        response: { 200: inspectionDetailSchema, 404: problemSchema },
      },
    },
    async ({ params }, reply) => {
      const record = await inspectionById(database, params.id);
      if (record === null) return reply.code(404).send(notFound(`inspection ${params.id}`));
      const { message, storedAt, dispositions } = record;
      return { card: toInspectionCard(message, storedAt), dispositions, message };
    },
  );

  server.get(
    '/api/v1/overview',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Counts of the shift and latest inspections by station', response: { 200: overviewSchema } },
    },
    () => overview.ask(),
  );
}
