import type { DatabaseSync } from 'node:sqlite';
import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import { inTransaction } from '#edge/outbox/outbox.ts';
import { lockedVerdict } from '#rules/locked-verdict.ts';
import { afterPart, lockBefore, unlocked, wasBypassed, type Lock, type LockState } from '#rules/locks.ts';

/** One entry of the record of locks, oldest first. */
export interface LockEvent {
  readonly at: string;
  readonly kind: 'locked' | 'released';
  readonly code: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly detail: string;
  /** Who released it, and why; '' for a lock. */
  readonly releasedBy: string;
  readonly reason: string;
}

/** A part as the lock lets it be given, and what is remembered of it from then on. */
export interface LockStep {
  readonly part: InspectedPart;
  /** Writes what is remembered; inside the transaction of the verdict, so that a kill cannot part the two. */
  readonly write: () => void;
  /** Makes it so in memory, once it is on disk. */
  readonly done: () => void;
}

export interface Release {
  readonly releasedBy: string;
  readonly reason: string;
  readonly at: string;
}

/** Counts the parts of a station and locks it as its recipes say; what it knows survives a restart. */
export interface StationLocks {
  lock(): Lock | null;
  /** Takes the next part in the order of the verdicts. */
  step(part: InspectedPart): LockStep;
  /** Unlocks and begins to count anew. Answers the lock that was released; null where there was none. */
  release(release: Release): Lock | null;
  /** The newest events, oldest first. */
  events(atMost: number): readonly LockEvent[];
}

/** `changed` hears of every lock and release, once it is on disk. */
export function openStationLocks(
  database: DatabaseSync,
  now: () => Date,
  changed: (lock: Lock | null) => void,
): StationLocks {
  const kept = database.prepare('SELECT lock_json FROM control').get()?.['lock_json'];
  const keep = database.prepare('UPDATE control SET lock_json = ?');
  const note = database.prepare(
    'INSERT INTO lock_event (at, kind, code, value, limit_value, detail, released_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const noted = database.prepare('SELECT * FROM lock_event ORDER BY event_id DESC LIMIT ?');
  // Written by this very file.
  let state = typeof kept === 'string' ? (JSON.parse(kept) as LockState) : unlocked(now().toISOString());
  changed(state.lock);
  return {
    lock: () => state.lock,
    step: (part) => {
      const next = nextStep(state, part);
      const locks = state.lock === null ? next.state.lock : null;
      return {
        part: next.part,
        write: () => {
          keep.run(JSON.stringify(next.state));
          if (locks) note.run(locks.at, 'locked', locks.code, locks.value, locks.limit, locks.detail, '', '');
        },
        done: () => {
          state = next.state;
          if (locks) changed(locks);
        },
      };
    },
    release: ({ releasedBy, reason, at }) => {
      const { lock } = state;
      if (lock === null) return null;
      const released = unlocked(at);
      inTransaction(database, () => {
        keep.run(JSON.stringify(released));
        note.run(at, 'released', lock.code, lock.value, lock.limit, lock.detail, releasedBy, reason);
      });
      state = released;
      changed(null);
      return lock;
    },
    events: (atMost) => noted.all(atMost).map(toEvent).toReversed(),
  };
}

/** A known bad part is judged as it is, locked or not: it proves the inspection, and is never let out. */
function nextStep(state: LockState, part: InspectedPart): { part: InspectedPart; state: LockState } {
  const { recipe, verdict, decidedAt: at } = part;
  const { challenge } = part.trigger;
  const lock = recipe && !challenge ? lockBefore(state, recipe.recipe, at) : state.lock;
  const given = lock && !challenge ? { ...part, verdict: lockedVerdict(verdict, lock) } : part;
  if (!recipe) return { part: given, state };
  const facts = { verdict: verdict.verdict, bypassed: wasBypassed(verdict), challenge, at };
  return { part: given, state: afterPart({ ...state, lock }, facts, recipe.recipe.locks) };
}

function toEvent(row: Record<string, unknown>): LockEvent {
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    at: String(row['at']),
    kind: row['kind'] === 'locked' ? 'locked' : 'released',
    code: String(row['code']),
    value: number(row['value']),
    limit: number(row['limit_value']),
    detail: String(row['detail']),
    releasedBy: String(row['released_by']),
    reason: String(row['reason']),
  };
}
