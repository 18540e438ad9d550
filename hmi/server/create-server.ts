import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { addQualityRoutes } from '#hmi/server/routes/quality.ts';
import { inspectHealth } from '#hmi/server/health.ts';
import { oneAnswer } from '#hmi/server/one-answer.ts';
import { addReviewRoutes } from '#hmi/server/routes/review.ts';
import { addRoles } from '#hmi/server/roles.ts';
import { addGuard } from '#hmi/server/guard.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { answerError } from '#hmi/server/problem.ts';
import { addAuditRoute } from '#hmi/server/routes/audit.ts';
import { addEquipmentRoutes } from '#hmi/server/routes/equipment.ts';
import { addExampleRoutes } from '#hmi/server/routes/examples.ts';
import { addHeatRoutes } from '#hmi/server/routes/heat.ts';
import { addHealthRoutes } from '#hmi/server/routes/health.ts';
import { addImageRoutes } from '#hmi/server/routes/images.ts';
import { addInspectionRoutes } from '#hmi/server/routes/inspections.ts';
import { addLiveRoute } from '#hmi/server/routes/live.ts';
import { addLockRoutes } from '#hmi/server/routes/locks.ts';
import { addPageRoutes } from '#hmi/server/routes/page.ts';
import { addPeopleRoutes } from '#hmi/server/routes/people.ts';
import { addProposalRoutes } from '#hmi/server/routes/proposals.ts';
import { addRecipeRoutes } from '#hmi/server/routes/recipes.ts';
import { addTryRoute } from '#hmi/server/routes/try-recipe.ts';
import { addSessionRoutes } from '#hmi/server/routes/session.ts';
import { addTileRoutes } from '#hmi/server/routes/tiles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

/** A page asks every three seconds. */
const healthMs = 1000;

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** The dashboard server, ready to listen or to be asked by `inject`. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const trustProxy = parts.proxies.length > 0 && [...parts.proxies];
  const app = fastify({ logger: false, bodyLimit: 64 * 1024, forceCloseConnections: true, trustProxy });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError(parts.log));
  const server: TypedServer = app.withTypeProvider();
  await server.register(fastifyCompress, { encodings: ['br', 'gzip'] });
  await server.register(fastifyCookie);
  const health = oneAnswer(() => inspectHealth(parts, parts.now()), {
    keptMs: healthMs,
    clock: () => performance.now(),
  });
  addHeaders(server);
  addRoles(server);
  addGuard(server, parts);
  addTimes(server, parts);
  await addDocs(server);
  addHealthRoutes(server, parts, health);
  addInspectionRoutes(server, parts);
  addLiveRoute(server, parts);
  addImageRoutes(server, parts);
  addTileRoutes(server, parts);
  addReviewRoutes(server, parts);
  addQualityRoutes(server, parts);
  addHeatRoutes(server, parts);
  addExampleRoutes(server, parts);
  addLockRoutes(server, parts, health);
  addSessionRoutes(server, parts);
  addPeopleRoutes(server, parts);
  addRecipeRoutes(server, parts);
  addProposalRoutes(server, parts);
  addTryRoute(server, parts);
  addEquipmentRoutes(server, parts);
  addAuditRoute(server, parts);
  await addPageRoutes(server, parts);
  return app;
}

function addHeaders(server: TypedServer): void {
  server.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(headers)) {
      // The viewer of the API description brings a stricter policy of its own, with digests of its inline styles.
      if (name === 'content-security-policy' && request.url.startsWith('/api/docs')) continue;
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
  });
}

function addTimes(server: TypedServer, { metrics }: ServerParts): void {
  server.addHook('onResponse', async (request, reply) => {
    metrics.observeRequest(request.routeOptions.url ?? 'other', reply.statusCode, reply.elapsedTime / 1000);
  });
}

async function addDocs(server: TypedServer): Promise<void> {
  await server.register(fastifySwagger, {
    openapi: {
      info: { title: 'Hairline', description: 'Inspections, live events, evidence and health.', version: 'v1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await server.register(fastifySwaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    transformStaticCSP: (csp) => csp,
  });
}
