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
import { actorOf, mayUse } from '#hmi/server/roles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { claimReviews } from '#store/claim-reviews.ts';
import type { Database } from '#store/database.ts';
import { inspectionById, type DecidedDisposition } from '#store/queries/inspection-by-id.ts';
import { auditedPerMille, reviewQueueLength, type QueueEntry } from '#store/queries/review-queue.ts';

const waitsDays = 7;
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
      const claimedBy = `${actorOf(request).name}/${screen}`;
      const entries = await claimReviews(database, { claimedBy, since, auditPerMille: auditedPerMille, limit: count });
      const waiting = await reviewQueueLength(database, since, auditedPerMille);
      return { parts: await readParts(database, entries), waiting };
    },
  );
  addDispositionRoute(server, database);
}

function addDispositionRoute(server: TypedServer, database: Database): void {
  server.post(
    '/api/v1/inspections/:id/dispositions',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Append what a person decides about a part; the verdict stays as it is',
        params: z.object({ id: z.uuid() }),
        body: newDispositionSchema,
        response: {
          201: z.object({ appended: z.boolean() }),
          403: problemSchema,
          404: problemSchema,
          409: problemSchema,
        },
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
      const { name: decidedBy, personId, address } = actorOf(request);
      if (isOfAnother(record.dispositions, personId) && !mayUse(request.person, 'quality')) {
        const wayOut = 'Ask quality; what you decided yourself you may take back.';
        return reply.code(403).send(problem('ROLE_REQUIRED', 'another person has decided about this part', wayOut));
      }
      const decision = { ...given, inspectionId: id, decidedBy, personId, address };
      const done = await appendDisposition(database, decision);
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

/** True where somebody else has decided, and has not taken it back. */
function isOfAnother(dispositions: readonly DecidedDisposition[], personId: string | null): boolean {
  const last = dispositions.at(-1);
  if (last === undefined || (last.disposition === 'hold' && last.reason === 'undone')) return false;
  return last.personId !== personId;
}

async function readParts(database: Database, entries: readonly QueueEntry[]): Promise<ReviewPage['parts']> {
  const parts = [];
  for (const { inspectionId, cause } of entries) {
    const record = await inspectionById(database, inspectionId);
    if (record !== null) parts.push({ cause, card: toInspectionCard(record.message, record.storedAt) });
  }
  return parts;
}
