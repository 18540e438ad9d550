import type { Database } from '#store/database.ts';
import type { DeadLetterReason, ReadableMessage } from '#store/ingest/read-message.ts';

/** What the receipts say of each message of a batch. */
export type Claim = { readonly message: ReadableMessage } & (
  | { readonly kind: 'new' | 'duplicate' }
  | { readonly kind: 'conflict'; readonly reason: DeadLetterReason; readonly detail: string }
);

/**
 * Claims stream, sequence and inspection id of each message, inside the caller's transaction. A message that was stored
 * before is a duplicate; another message under the same number or id is a conflict. `messages` has each stream and
 * sequence, and each id, once.
 */
export async function takeReceipts(transaction: Database, messages: readonly ReadableMessage[]): Promise<Claim[]> {
  if (messages.length === 0) return [];
  const taken = await takeReceiptsQuery(transaction, messages).execute();
  const fresh = new Set(taken.map((receipt) => receipt.inspectionId));
  const rest = messages.filter(({ message }) => !fresh.has(message.inspectionId));
  const held = rest.length > 0 ? await heldReceiptsQuery(transaction, rest).execute() : [];
  return messages.map((message) =>
    fresh.has(message.message.inspectionId) ? { kind: 'new', message } : claimAgainst(held, message),
  );
}

export function takeReceiptsQuery(transaction: Database, messages: readonly ReadableMessage[]) {
  const ordered = messages.toSorted((a, b) => compareKeys(a, b));
  return transaction
    .insertInto('receipt')
    .values(
      ordered.map(({ message, payloadSha256 }) => ({
        streamId: message.streamId,
        sequence: message.sequence,
        inspectionId: message.inspectionId,
        deadLetterId: null,
        payloadSha256,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('inspectionId');
}

export function heldReceiptsQuery(transaction: Database, messages: readonly ReadableMessage[]) {
  return transaction
    .selectFrom('receipt')
    .select(['streamId', 'sequence', 'inspectionId', 'payloadSha256'])
    .where((eb) =>
      eb.or([
        eb(
          eb.refTuple('streamId', 'sequence'),
          'in',
          messages.map(({ message }) => eb.tuple(message.streamId, message.sequence)),
        ),
        eb(
          'inspectionId',
          'in',
          messages.map(({ message }) => message.inspectionId),
        ),
      ]),
    );
}

type Held = Awaited<ReturnType<ReturnType<typeof heldReceiptsQuery>['execute']>>[number];

function claimAgainst(held: readonly Held[], message: ReadableMessage): Claim {
  const { streamId, sequence, inspectionId } = message.message;
  const sameNumber = held.find((receipt) => receipt.streamId === streamId && receipt.sequence === sequence);
  if (sameNumber) {
    if (sameNumber.payloadSha256 === message.payloadSha256) return { kind: 'duplicate', message };
    const detail = `stream ${streamId}, sequence ${sequence}: stored was ${sameNumber.inspectionId ?? 'a dead letter'}`;
    return { kind: 'conflict', reason: 'sequence-reused', message, detail };
  }
  const sameId = held.find((receipt) => receipt.inspectionId === inspectionId);
  const detail = sameId ? `stored as sequence ${sameId.sequence} of stream ${sameId.streamId}` : 'stored meanwhile';
  return { kind: 'conflict', reason: 'inspection-id-reused', message, detail };
}

// One order for everybody, so that two transactions that claim the same numbers wait, and never for each other.
function compareKeys(a: ReadableMessage, b: ReadableMessage): number {
  if (a.message.streamId !== b.message.streamId) return a.message.streamId < b.message.streamId ? -1 : 1;
  return a.message.sequence - b.message.sequence;
}
