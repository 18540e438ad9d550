import { problemSchema } from '#hmi/server/api.schema.ts';
import { approvalDraftSchema, equipmentSchema } from '#hmi/server/equipment.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound } from '#hmi/server/problem.ts';
import { recipeTextSchema } from '#hmi/server/recipes.schema.ts';
import { stationEquipment } from '#hmi/server/station-equipment.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { draftApproval } from '#store/recipes/draft-approval.ts';

const dayMs = 86_400_000;

/** What stations work with, and drafts by which somebody answers for a golden sample or a calibration. */
export function addEquipmentRoutes(server: TypedServer, parts: ServerParts): void {
  const { edges, now } = parts;
  server.get(
    '/api/v1/equipment',
    {
      config: { role: 'engineer' },
      schema: {
        summary: 'Cameras, certificates, models, reviewers and approvals of every station',
        response: { 200: equipmentSchema },
      },
    },
    async () => ({ stations: await stationEquipment(parts) }),
  );

  server.post(
    '/api/v1/recipes/approval',
    {
      config: { role: 'engineer' },
      schema: {
        summary: 'A draft of a running recipe in which who asks answers for a golden sample or a calibration',
        body: approvalDraftSchema,
        response: { 200: recipeTextSchema, 404: problemSchema },
      },
    },
    async ({ body, person }, reply) => {
      const { stationId, recipeSha256, days, ...wish } = body;
      const told = await edges.recipes(stationId);
      const running = typeof told === 'string' ? null : told.recipes.find(({ sha256 }) => sha256 === recipeSha256);
      if (!running) return reply.code(404).send(notFound('this recipe'));
      const at = now();
      const draft = draftApproval({
        ...wish,
        text: running.text,
        approvedBy: person?.name ?? '',
        approvedAt: at.toISOString(),
        expiresAt: new Date(at.getTime() + days * dayMs).toISOString(),
      });
      return draft ?? reply.code(404).send(notFound('this view or its calibration'));
    },
  );
}
