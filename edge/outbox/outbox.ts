import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { EvidenceEntry } from '#edge/outbox/evidence-store.ts';
import { openDatabase, type NewStream } from '#edge/outbox/open-database.ts';
import type { Trigger } from '#edge/trigger.ts';
import type { VerdictKind } from '#rules/verdict.ts';

/** What the disk knows of one inspection; `verdict` and `sequence` are null until it is decided. */
export interface InspectionRow {
  readonly inspectionId: string;
  readonly trigger: Trigger;
  readonly begunAt: string;
  readonly verdict: VerdictKind | null;
  readonly sequence: number | null;
  readonly givenAt: string | null;
}

/** A decision about to be committed; `body` becomes the message once its place in the stream is known. */
export interface Decision {
  readonly inspectionId: string;
  readonly verdict: VerdictKind;
  readonly decidedAt: string;
  readonly body: (place: { readonly streamId: string; readonly sequence: number }) => string;
  readonly evidence: readonly EvidenceEntry[];
  /** Writes what must stand with the verdict or not at all. */
  readonly alongside?: () => void;
}

export interface PendingMessage {
  readonly sequence: number;
  readonly body: string;
}

/**
 * Inspections and their messages on disk. `commit` and `deleteUpTo` have their write on disk when they return. What
 * `begin` and `markGiven` wrote outlives this process, but without power the last of them may be missing: then the
 * trigger is taken up again or closed, and the verdict is offered again, which the station takes once.
 */
export interface Outbox extends Disposable {
  readonly streamId: string;
  readonly database: DatabaseSync;
  /** Notes that an inspection began. A trigger begun before keeps its first row, which is returned. */
  begin(trigger: Trigger, inspectionId: string, begunAt: string): InspectionRow;
  /** Stores verdict and message together and returns the sequence. Throws where a verdict stands already. */
  commit(decision: Decision): number;
  /** Notes that the station has the verdict, or why it refused it. */
  markGiven(inspectionId: string, givenAt: string, refusal: string): void;
  find(epoch: string, triggerNo: number): InspectionRow | null;
  /** The trigger that came last; null before the first. */
  newest(): Pick<Trigger, 'epoch' | 'triggerNo'> | null;
  /** Inspections begun but not decided, or decided but not given; oldest first. */
  open(): readonly InspectionRow[];
  /** Messages above `afterSequence`, in order. */
  pending(afterSequence: number, atMost: number): readonly PendingMessage[];
  /** Deletes the messages that the store holds. Returns how many; -1 for a mark above all that was ever written. */
  deleteUpTo(mark: number): number;
  /** How much waits, and since when (ISO 8601; null for nothing). */
  depth(): { readonly messages: number; readonly oldestAt: string | null; readonly lastSequence: number };
  /** Forgets inspections given and stored that were decided before the instant. Returns how many. */
  forgetBefore(decidedBefore: string): number;
}

type Row = Record<string, SQLOutputValue>;

/** Opens the outbox at `path`; see `openDatabase` for its faults. A new one gets its stream from `newStream`. */
export function openOutbox(path: string, newStream: () => NewStream): Outbox {
  const database = openDatabase(path, newStream);
  const streamId = String(database.prepare('SELECT stream_id FROM stream').get()?.['stream_id']);
  return {
    streamId,
    database,
    ...inspectionMethods(database, streamId),
    ...messageMethods(database),
    [Symbol.dispose]: () => database.close(),
  };
}

function inspectionMethods(
  database: DatabaseSync,
  streamId: string,
): Pick<Outbox, 'begin' | 'commit' | 'markGiven' | 'find' | 'newest' | 'open' | 'forgetBefore'> {
  const insert = database.prepare(
    'INSERT INTO inspection (inspection_id, epoch, trigger_no, trigger_json, begun_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (epoch, trigger_no) DO NOTHING',
  );
  const select = database.prepare('SELECT * FROM inspection WHERE epoch = ? AND trigger_no = ?');
  const selectOpen = database.prepare('SELECT * FROM inspection WHERE given_at IS NULL ORDER BY begun_at, trigger_no');
  const selectNewest = database.prepare('SELECT * FROM inspection ORDER BY begun_at DESC, trigger_no DESC LIMIT 1');
  const given = database.prepare('UPDATE inspection SET given_at = ?, refusal = ? WHERE inspection_id = ?');
  const forget = database.prepare(
    'DELETE FROM inspection WHERE given_at IS NOT NULL AND decided_at < ? AND sequence <= (SELECT mark FROM stream)',
  );
  const writeDecision = decisionWriter(database, streamId);
  const find = (epoch: string, triggerNo: number): InspectionRow | null => {
    const row = select.get(epoch, triggerNo);
    return row ? toInspection(row) : null;
  };
  return {
    find,
    newest: () => {
      const row = selectNewest.get();
      return row ? toInspection(row).trigger : null;
    },
    begin: (trigger, inspectionId, begunAt) => {
      unsynced(database, () =>
        insert.run(inspectionId, trigger.epoch, trigger.triggerNo, JSON.stringify(trigger), begunAt),
      );
      const row = find(trigger.epoch, trigger.triggerNo);
      if (!row) throw new Error('an inspection just written is not there');
      return row;
    },
    commit: (decision) => inTransaction(database, () => writeDecision(decision)),
    markGiven: (inspectionId, givenAt, refusal) => unsynced(database, () => given.run(givenAt, refusal, inspectionId)),
    open: () => selectOpen.all().map(toInspection),
    forgetBefore: (decidedBefore) => Number(forget.run(decidedBefore).changes),
  };
}

/** A write that does not wait for the disk: a part has its takt, and the disk may take 10 ms. The next commit brings it along. */
function unsynced(database: DatabaseSync, write: () => void): void {
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    write();
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}

function decisionWriter(database: DatabaseSync, streamId: string): (decision: Decision) => number {
  const next = database.prepare('UPDATE stream SET last_sequence = last_sequence + 1 RETURNING last_sequence');
  const decide = database.prepare(
    'UPDATE inspection SET decided_at = ?, verdict = ?, sequence = ? WHERE inspection_id = ? AND sequence IS NULL',
  );
  const send = database.prepare('INSERT INTO message (sequence, decided_at, body) VALUES (?, ?, ?)');
  const keep = database.prepare(
    'INSERT INTO evidence VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET used_at = excluded.used_at',
  );
  return ({ inspectionId, verdict, decidedAt, body, evidence, alongside }) => {
    const sequence = Number(next.get()?.['last_sequence']);
    // Law 1: a trigger gets exactly one verdict, and a second one must not leave a message behind either.
    const { changes } = decide.run(decidedAt, verdict, sequence, inspectionId);
    if (changes !== 1) throw new Error(`inspection ${inspectionId} is not open`);
    send.run(sequence, decidedAt, body({ streamId, sequence }));
    for (const { sha256, kind, mediaType, bytes } of evidence) keep.run(sha256, kind, mediaType, bytes, decidedAt);
    alongside?.();
    return sequence;
  };
}

function messageMethods(database: DatabaseSync): Pick<Outbox, 'pending' | 'deleteUpTo' | 'depth'> {
  const select = database.prepare('SELECT sequence, body FROM message WHERE sequence > ? ORDER BY sequence LIMIT ?');
  const remove = database.prepare('DELETE FROM message WHERE sequence <= ?');
  const mark = database.prepare('UPDATE stream SET mark = ? WHERE mark < ? AND last_sequence >= ?');
  const last = database.prepare('SELECT last_sequence FROM stream');
  const count = database.prepare('SELECT count(*) AS messages, min(decided_at) AS oldest_at FROM message');
  const lastSequence = (): number => Number(last.get()?.['last_sequence']);
  return {
    pending: (afterSequence, atMost) =>
      select
        .all(afterSequence, atMost)
        .map((row) => ({ sequence: Number(row['sequence']), body: String(row['body']) })),
    deleteUpTo: (sequence) => {
      if (sequence > lastSequence()) return -1;
      return inTransaction(database, () => {
        mark.run(sequence, sequence, sequence);
        return Number(remove.run(sequence).changes);
      });
    },
    depth: () => {
      const row = count.get();
      const oldestAt = row?.['oldest_at'];
      return {
        messages: Number(row?.['messages']),
        oldestAt: typeof oldestAt === 'string' ? oldestAt : null,
        lastSequence: lastSequence(),
      };
    },
  };
}

/** Runs `body` with all its writes or none of them on disk. @throws whatever `body` throws */
export function inTransaction<Result>(database: DatabaseSync, body: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function toInspection(row: Row): InspectionRow {
  const { inspection_id, trigger_json, begun_at, verdict, sequence, given_at } = row;
  return {
    inspectionId: String(inspection_id),
    // Written by `begin` of this very file; one of an earlier version knew no challenge parts.
    trigger: { challenge: false, ...(JSON.parse(String(trigger_json)) as Omit<Trigger, 'challenge'>) },
    begunAt: String(begun_at),
    verdict: verdict === 'pass' || verdict === 'fail' || verdict === 'undecided' ? verdict : null,
    sequence: sequence === null ? null : Number(sequence),
    givenAt: typeof given_at === 'string' ? given_at : null,
  };
}
