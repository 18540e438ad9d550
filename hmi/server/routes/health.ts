import { healthSchema } from '#hmi/server/api.schema.ts';
import { inspectHealth } from '#hmi/server/health.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

/** Health of every component, and the figures for Prometheus. */
export function addHealthRoutes(server: TypedServer, parts: ServerParts): void {
  server.get(
    '/api/v1/health',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Health of each component, with what to do', response: { 200: healthSchema } },
    },
    async () => inspectHealth(parts, parts.now()),
  );

  server.get('/metrics', { config: { role: 'viewer' }, schema: { hide: true } }, async (_request, reply) => {
    const { components } = await inspectHealth(parts, parts.now());
    parts.metrics.setComponents(components);
    return reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
  });
}
