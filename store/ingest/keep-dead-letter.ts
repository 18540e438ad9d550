import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { storableText } from '#store/ingest/storable-text.ts';
import type { UnreadableMessage } from '#store/ingest/read-message.ts';

/** Larger payloads are known by their digest alone; the sender still has them, since no receipt is given. */
const keptUpToBytes = 64 * 1024 * 1024;
/** In pieces, since the embedded database reads a statement of many megabytes very slowly. */
const chunkBytes = 256 * 1024;

/**
 * Keeps a message that cannot be stored, as it came and with the reason; the same bytes again make no second row. Where
 * stream and sequence can be told, a receipt says that they are held: the mark goes on, and so does the station.
 */
export async function keepDeadLetter(transaction: Database, dead: UnreadableMessage): Promise<void> {
  const kept = dead.payload.byteLength <= keptUpToBytes;
  const inserted = await transaction
    .insertInto('deadLetter')
    .values({
      topic: storableText(dead.topic),
      reason: dead.reason,
      detail: storableText(dead.detail),
      payloadSha256: dead.payloadSha256,
      payloadBytes: dead.payload.byteLength,
      payloadKept: kept,
    })
    // Touching the row makes it come back where it stood already.
    .onConflict((conflict) =>
      conflict.columns(['payloadSha256', 'topic']).doUpdateSet({ payloadBytes: sql`excluded.payload_bytes` }),
    )
    .returning('deadLetterId')
    .executeTakeFirstOrThrow();
  if (!kept) return;
  await keepPayload(transaction, inserted.deadLetterId, dead.payload);
  if (dead.envelope === null) return;
  await transaction
    .insertInto('receipt')
    .values({
      streamId: dead.envelope.streamId,
      sequence: dead.envelope.sequence,
      inspectionId: null,
      deadLetterId: inserted.deadLetterId,
      payloadSha256: dead.payloadSha256,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function keepPayload(transaction: Database, deadLetterId: number, payload: Uint8Array): Promise<void> {
  for (let start = 0; start < payload.byteLength; start += chunkBytes) {
    await transaction
      .insertInto('deadLetterChunk')
      .values({
        deadLetterId,
        position: start / chunkBytes,
        bytes: Buffer.from(payload.subarray(start, start + chunkBytes)),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
