import { z } from 'zod';
import { auditPageSchema } from '#hmi/server/people.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { listAudit } from '#store/queries/list-audit.ts';

const auditQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** The audit, for admins. */
export function addAuditRoute(server: TypedServer, { database }: ServerParts): void {
  server.get(
    '/api/v1/audit',
    {
      config: { role: 'admin' },
      schema: {
        summary: 'Who did what, when and from where, newest first',
        querystring: auditQuery,
        response: { 200: auditPageSchema },
      },
    },
    async ({ query }) => {
      const { lines, next } = await listAudit(database, query);
      return { lines: lines.map(({ personId, ...line }) => ({ ...line, hasAccount: personId !== null })), next };
    },
  );
}
