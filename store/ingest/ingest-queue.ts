import type { Database } from '#store/database.ts';
import { ingest, type Ingested } from '#store/ingest/ingest.ts';
import type { ReadMessage } from '#store/ingest/read-message.ts';

export interface IngestQueueOptions {
  readonly database: Database;
  /** Called after each commit. */
  readonly committed: (ingested: Ingested) => void;
  /** Called once, with what the database threw; nothing is written after that. */
  readonly failed: (error: unknown) => void;
  /** Messages in one transaction. */
  readonly batchAtMost: number;
  /** Messages and bytes that may wait; then `push` holds the caller back. */
  readonly waitingAtMost: { readonly messages: number; readonly bytes: number };
}

export interface IngestQueue {
  /** Resolves when there is room for the next message: at once, or after the commit that makes room. */
  readonly push: (message: ReadMessage) => Promise<void>;
}

/** Writes messages in the order of arrival, all that wait in one transaction: one commit serves many under load. */
export function createIngestQueue(options: IngestQueueOptions): IngestQueue {
  const { database, committed, failed, batchAtMost, waitingAtMost } = options;
  let waiting: ReadMessage[] = [];
  let bytes = 0;
  let held: (() => void)[] = [];
  let writing = false;

  const write = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, batchAtMost);
        committed(await ingest(database, batch));
        waiting = waiting.slice(batch.length);
        bytes = sumBytes(waiting);
        const released = held;
        held = [];
        for (const release of released) release();
      }
      writing = false;
    } catch (error) {
      // `writing` stays: what waits here is given up, and its senders send it again.
      failed(error);
    }
  };
  return {
    push: (message) => {
      waiting.push(message);
      bytes += message.payload.byteLength;
      void write();
      if (waiting.length < waitingAtMost.messages && bytes < waitingAtMost.bytes) return Promise.resolve();
      return new Promise((release) => held.push(release));
    },
  };
}

function sumBytes(messages: readonly ReadMessage[]): number {
  return messages.reduce((sum, message) => sum + message.payload.byteLength, 0);
}
