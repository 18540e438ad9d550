import { z } from 'zod';
import { problemSchema, type Health } from '#hmi/server/api.schema.ts';
import type { OneAnswer } from '#hmi/server/one-answer.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import { actorOf } from '#hmi/server/roles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { appendAudit } from '#store/people/append-audit.ts';

const releasedSchema = z.object({ code: z.string(), at: z.string() });

/** The release of a locked station by a person who is signed in. */
export function addLockRoutes(
  server: TypedServer,
  { database, edges }: ServerParts,
  health: Pick<OneAnswer<Health>, 'forget'>,
): void {
  server.post(
    '/api/v1/stations/:id/lock/release',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Release a locked station; who and why is recorded at the edge node and in the audit',
        params: z.object({ id: z.string() }),
        body: z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
        response: { 200: releasedSchema, 404: problemSchema, 409: problemSchema, 502: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { reason } = request.body;
      const actor = actorOf(request);
      const released = await edges.releaseLock(id, { releasedBy: actor.name, reason });
      if (released === 'station-unknown') return reply.code(404).send(notFound('this station'));
      if (released === 'not-locked') {
        return reply.code(409).send(problem('NOT_LOCKED', 'the station is not locked', 'Somebody was faster.'));
      }
      if ('trouble' in released) {
        const wayOut = 'Check that it runs and that HAIRLINE_EDGE_URLS names it.';
        return reply.code(502).send(problem('EDGE_UNREACHABLE', released.trouble, wayOut));
      }
      // Who released it asks next how the station is.
      health.forget();
      const detail = { reason, code: released.code, lockedAt: released.at };
      await appendAudit(database, actor, { action: 'lock.release', subject: id, detail });
      return reply.send(released);
    },
  );
}
