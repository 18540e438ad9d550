import { sql } from 'kysely';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';
import { advanceMarks, type Mark } from '#store/ingest/advance-mark.ts';
import { insertEvidence } from '#store/ingest/insert-evidence.ts';
import { keepDeadLetter } from '#store/ingest/keep-dead-letter.ts';
import { queueInspectionReports } from '#store/ingest/queue-reports.ts';
import type { ReadableMessage, ReadMessage, UnreadableMessage } from '#store/ingest/read-message.ts';
import { rowsOfMessage } from '#store/ingest/rows-of-message.ts';
import { takeReceipts } from '#store/ingest/take-receipts.ts';

/** What is committed when `ingest` returns. */
export interface Ingested {
  readonly stored: readonly ReadableMessage[];
  /** Sent again; stored before. */
  readonly duplicates: number;
  readonly deadLetters: readonly UnreadableMessage[];
  /** Marks of every stream that the batch belongs to, moved or not. */
  readonly marks: readonly Mark[];
}

/**
 * Stores a batch in one transaction: each inspection once, what cannot be stored as a dead letter, and a report for each
 * new inspection of a part that the plant made. If the database refuses the batch for the sake of one message, each message goes alone, and the one
 * that is refused becomes a dead letter. An error of the connection is thrown: nothing is committed then, or all is, and
 * the batch may be given again.
 */
export async function ingest(database: Database, batch: readonly ReadMessage[]): Promise<Ingested> {
  try {
    return await ingestTogether(database, batch);
  } catch (error) {
    if (isConnectionError(error) || !isRefusal(error)) throw error;
    const [first, ...others] = batch;
    if (first === undefined) throw error;
    if (others.length === 0 && first.kind === 'readable') {
      return ingestTogether(database, [deadLetterOf(first, 'unstorable', messageOf(error))]);
    }
    if (others.length === 0) throw error;
    const results: Ingested[] = [];
    for (const message of batch) results.push(await ingest(database, [message]));
    return merge(results);
  }
}

async function ingestTogether(database: Database, batch: readonly ReadMessage[]): Promise<Ingested> {
  const readable = batch.filter((message) => message.kind === 'readable');
  const { unique, repeated } = withoutRepeats(readable);
  const months = new Set(unique.map(({ message }) => `${message.decidedAt.slice(0, 7)}-01T00:00:00Z`));
  return database.transaction().execute(async (transaction) => {
    for (const month of months) await sql`select ensure_month(${month})`.execute(transaction);
    const claims = await takeReceipts(transaction, unique);
    const fresh = claims.filter((claim) => claim.kind === 'new').map((claim) => claim.message);
    const deadLetters = [
      ...batch.filter((message) => message.kind === 'unreadable'),
      ...claims.flatMap((claim) =>
        claim.kind === 'conflict' ? [deadLetterOf(claim.message, claim.reason, claim.detail)] : [],
      ),
    ];
    if (fresh.length > 0) {
      await insertEvidence(
        transaction,
        fresh.map(({ message }) => rowsOfMessage(message)),
      );
    }
    for (const dead of deadLetters) await keepDeadLetter(transaction, dead);
    const envelopes = [
      ...unique.map(({ message }) => message),
      ...deadLetters.flatMap(({ envelope }) => (envelope ? [envelope] : [])),
    ];
    const marks = await advanceMarks(transaction, envelopes);
    await queueInspectionReports(
      transaction,
      fresh.map(({ message }) => message),
    );
    const duplicates = repeated + claims.filter((claim) => claim.kind === 'duplicate').length;
    return { stored: fresh, duplicates, deadLetters, marks };
  });
}

/** A batch may hold a message twice; and two that claim one id or one number go one after the other. */
function withoutRepeats(messages: readonly ReadableMessage[]) {
  const byDigest = new Map(messages.map((message) => [message.payloadSha256, message]));
  const unique = [...byDigest.values()];
  const claimed = new Set<string>();
  for (const { message } of unique) {
    for (const key of [message.inspectionId, `${message.streamId}/${message.sequence}`]) {
      if (claimed.has(key)) throw new BatchRefused(`${key} is claimed twice`);
      claimed.add(key);
    }
  }
  return { unique, repeated: messages.length - unique.length };
}

/** The batch cannot be stored together; one by one it can. */
class BatchRefused extends Error {}

/**
 * True where the database refuses what it was given. SQLSTATE classes that speak of the data, not of the server: 22 data
 * exception, 23 integrity, 54 limits.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof BatchRefused) return true;
  return error instanceof Error && 'code' in error && /^(22|23|54)/.test(String(error.code));
}

function deadLetterOf(
  { message, ...received }: ReadableMessage,
  reason: UnreadableMessage['reason'],
  detail: string,
): UnreadableMessage {
  return { ...received, kind: 'unreadable', reason, detail, envelope: message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function merge(results: readonly Ingested[]): Ingested {
  const marks = new Map(results.flatMap((result) => result.marks).map((mark) => [mark.streamId, mark]));
  return {
    stored: results.flatMap((result) => result.stored),
    duplicates: results.reduce((sum, result) => sum + result.duplicates, 0),
    deadLetters: results.flatMap((result) => result.deadLetters),
    marks: [...marks.values()],
  };
}
