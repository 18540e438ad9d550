import { healthSchema, type Health } from '#hmi/server/api.schema.ts';
import type { OneAnswer } from '#hmi/server/one-answer.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

/** Health of every component, and the figures for Prometheus. */
export function addHealthRoutes(server: TypedServer, { metrics }: ServerParts, health: OneAnswer<Health>): void {
  server.get(
    '/api/v1/health',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Health of each component, with what to do', response: { 200: healthSchema } },
    },
    () => health.ask(),
  );

  server.get('/metrics', { config: { role: 'viewer' }, schema: { hide: true } }, async (_request, reply) => {
    const { components } = await health.ask();
    metrics.setComponents(components);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
