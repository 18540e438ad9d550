import { z } from 'zod';
import { inspectionDetailSchema, inspectionListSchema, overviewSchema, problemSchema } from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { readOverview } from '#hmi/server/overview.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound } from '#hmi/server/problem.ts';
import { shiftStart } from '#hmi/server/shift.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { listInspections } from '#store/queries/list-inspections.ts';

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('At most this many, newest first'),
  verdict: z.enum(['pass', 'fail', 'undecided']).optional(),
  station: z.string().optional().describe('Station id'),
  serial: z.string().optional(),
  lot: z.string().optional(),
  product: z.string().optional().describe('Product id'),
  before: z.string().optional().describe('`next` of the page before'),
});

/** Inspections: list, one, and what a line page begins with. */
export function addInspectionRoutes(server: TypedServer, { database, now }: ServerParts): void {
  server.get(
    '/api/v1/inspections',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Inspections, newest first', querystring: listQuery, response: { 200: inspectionListSchema } },
    },
    async ({ query }) => {
      const { station, product, ...rest } = query;
      return listInspections(database, { ...rest, stationId: station, productId: product });
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
    async () => readOverview(database, shiftStart(now()).toISOString()),
  );
}
