import { z } from 'zod';
import { heatSchema } from '#hmi/server/heat.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { calledViews, heatOfDefects } from '#store/queries/heat-of-defects.ts';

// Fine enough to tell one pad from the next, coarse enough that a defect that comes again falls into the same square.
const squaresAlong = 24;

const query = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    station: z.string().optional(),
    label: z.string().optional(),
    mapStation: z.string().optional().describe('Station of the view that is drawn'),
    mapProduct: z.string().optional().describe('Its product'),
    mapView: z.string().optional().describe('Its view'),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' });

/** Where on a product defects are called, in squares. */
export function addHeatRoutes(server: TypedServer, { database }: ServerParts): void {
  server.get(
    '/api/v1/quality/heat',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Where on a product defects are called: views with calls, and one of them in squares',
        querystring: query,
        response: { 200: heatSchema },
      },
    },
    async ({ query: { from, to, station, label, mapStation, mapProduct, mapView } }) => {
      const filter = { from, to, stationId: station, label };
      const views = await calledViews(database, filter);
      const asked = views.find(
        ({ stationId, productId, viewId }) =>
          stationId === mapStation && productId === mapProduct && viewId === mapView,
      );
      const view = asked ?? views[0];
      if (view === undefined) return { views, map: null };
      const cellPx = Math.max(1, Math.ceil(Math.max(view.widthPx, view.heightPx) / squaresAlong));
      return { views, map: { view, cellPx, cells: await heatOfDefects(database, filter, { ...view, cellPx }) } };
    },
  );
}
