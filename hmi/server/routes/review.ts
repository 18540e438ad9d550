import { z } from 'zod';
import {
  claimSchema,
  newDispositionSchema,
  problemSchema,
  reviewPageSchema,
  type ReviewPage,
} from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import { nameOf } from '#hmi/server/roles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { claimReviews } from '#store/claim-reviews.ts';
import type { Database } from '#store/database.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { reviewQueueLength, type QueueEntry } from '#store/queries/review-queue.ts';

const waitsDays = 7;
// One passed part in fifty is looked at blind: enough to estimate escapes within a week, little enough to be done.
const auditPerMille = 20;
const dayMs = 86_400_000;

/** The queue of parts that wait for a person, and what the person decides. */
export function addReviewRoutes(server: TypedServer, { database, now }: ServerParts): void {
  server.post(
    '/api/v1/review/claims',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Claim the next parts of the review queue for one screen, for five minutes',
        body: claimSchema,
        response: { 200: reviewPageSchema },
      },
    },
    async (request) => {
      const { screen, count } = request.body;
      const since = new Date(now().getTime() - waitsDays * dayMs).toISOString();
      const claimedBy = `${nameOf(request)}/${screen}`;
      const entries = await claimReviews(database, { claimedBy, since, auditPerMille, limit: count });
      const waiting = await reviewQueueLength(database, since, auditPerMille);
      return { parts: await readParts(database, entries), waiting };
    },
  );

  server.post(
    '/api/v1/inspections/:id/dispositions',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Append what a person decides about a part; the verdict stays as it is',
        params: z.object({ id: z.uuid() }),
        body: newDispositionSchema,
        response: { 201: z.object({ appended: z.boolean() }), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { serial, ...given } = request.body;
      const record = await inspectionById(database, id);
      if (record === null) return reply.code(404).send(notFound(`inspection ${id}`));
      if (given.disposition === 'accept' && serial?.trim() !== record.message.serial) {
        const wayOut = 'Scan or type the serial from the part itself.';
        return reply.code(409).send(problem('SERIAL_MISMATCH', 'the serial is not that of this part', wayOut));
      }
      const done = await appendDisposition(database, { ...given, inspectionId: id, decidedBy: nameOf(request) });
      if (done === 'known-bad-part') {
        const wayOut = 'Put it back where the known bad parts are kept.';
        return reply.code(409).send(problem('KNOWN_BAD_PART', 'a known bad part is not disposed of', wayOut));
      }
      if (done === 'unknown-inspection') {
        const wayOut = 'Set the part aside and tell whoever looks after the store.';
        const what = `the decision was not saved: the store holds inspection ${id} only in part`;
        return reply.code(404).send(problem('DECISION_NOT_SAVED', what, wayOut));
      }
      return reply.code(201).send({ appended: done === 'appended' });
    },
  );
}

async function readParts(database: Database, entries: readonly QueueEntry[]): Promise<ReviewPage['parts']> {
  const parts = [];
  for (const { inspectionId, cause } of entries) {
    const record = await inspectionById(database, inspectionId);
    if (record !== null) parts.push({ cause, card: toInspectionCard(record.message, record.storedAt) });
  }
  return parts;
}
