import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import type { Database } from '#store/database.ts';
import { latestStoredQuery } from '#store/queries/store-health.ts';
import { storedSince } from '#store/queries/stored-since.ts';

/** One stored inspection on its way to the screens. Its id says where to go on after a break. */
export interface LiveEvent {
  readonly id: string;
  readonly card: InspectionCard;
}

/** Events after a given id, or `too-many`: then the screen loads afresh. */
export type Backlog = readonly LiveEvent[] | 'too-many';

export interface LiveFeed {
  /** Says that something may have been stored. */
  readonly notice: () => void;
  /** null while the database answers, else why not. */
  readonly databaseTrouble: () => string | null;
  /** Calls for every stored inspection, once, from now on. */
  readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
  /** What was stored after an event, also one of an earlier run of this server. May repeat a few before it. */
  readonly after: (id: string) => Promise<Backlog>;
  /** Reads until the signal aborts. */
  readonly run: (stop: AbortSignal) => Promise<void>;
}

interface FeedState {
  /** Instant of the latest storing seen; null until the database answered once. */
  seenAt: string | null;
  trouble: string | null;
  /** Latest events, oldest first. */
  ring: LiveEvent[];
  readonly listeners: Set<(event: LiveEvent) => void>;
}

const ringSize = 1000;
const batchSize = 200;
const backlogUpTo = 500;
// A transaction may commit after one that began later: look this far back, and drop what was seen.
const overlapMs = 2000;
const idlePollMs = 2000;
const epochStart = '1970-01-01T00:00:00.000Z';

/** Follows the store: reads on every notice, and every two seconds in case a notice is lost. */
export function createLiveFeed(database: Database, log: Log): LiveFeed {
  const state: FeedState = { seenAt: null, trouble: 'not asked yet', ring: [], listeners: new Set() };
  let wake: () => void = () => undefined;
  let noticed = false;
  const run = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      noticed = false;
      await pull(database, state, log);
      if (noticed) continue;
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await Promise.race([woken, sleep(idlePollMs, undefined, { signal: stop }).catch(() => undefined)]);
    }
  };
  return {
    notice: () => {
      noticed = true;
      wake();
    },
    databaseTrouble: () => state.trouble,
    subscribe: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    after: (id) => backlog(database, state, id),
    run,
  };
}

/** Id of an event: instant of storing and inspection. */
export function toEventId(card: Pick<InspectionCard, 'storedAt' | 'inspectionId'>): string {
  return `${card.storedAt}_${card.inspectionId}`;
}

/** Tells of all that was stored since the last look. */
async function pull(database: Database, state: FeedState, log: Log): Promise<void> {
  try {
    const seenAt = state.seenAt;
    const from = seenAt ?? (await latestStoredQuery(database).executeTakeFirst())?.storedAt ?? epochStart;
    const since = earlier(from, overlapMs);
    // Their messages are not asked for again: at ten parts a second that would be twenty each time.
    const recent = state.ring.filter(({ card }) => card.storedAt >= since);
    const known = new Set(recent.map(({ card }) => card.inspectionId));
    for (let more = true; more;) {
      const rows = await storedSince(database, since, { limit: batchSize, except: [...known] });
      const events = rows.map(toEvent);
      const fresh = events.filter((event) => !state.ring.some((seen) => seen.id === event.id));
      state.ring = [...state.ring, ...fresh].slice(-ringSize);
      state.seenAt = latest(state.seenAt ?? from, rows.at(-1)?.storedAt);
      // What lay there before this server started is known to a page from the overview.
      if (seenAt !== null) tell(fresh, state.listeners);
      more = bringsNew(events, known) && rows.length === batchSize;
    }
    if (state.trouble !== null) log.info('database answers');
    state.trouble = null;
  } catch (error) {
    const why = wordsOf(error);
    if (state.trouble !== why) log.error({ err: error }, 'database does not answer');
    state.trouble = why;
  }
}

/** Adds the inspections of a page to those that are known. A page that names nobody new would come again for ever. */
function bringsNew(events: readonly LiveEvent[], known: Set<string>): boolean {
  const before = known.size;
  for (const { card } of events) known.add(card.inspectionId);
  return known.size > before;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function tell(events: readonly LiveEvent[], listeners: FeedState['listeners']): void {
  for (const event of events) {
    for (const listener of listeners) listener(event);
  }
}

async function backlog(database: Database, state: FeedState, id: string): Promise<Backlog> {
  const place = state.ring.findIndex((event) => event.id === id);
  if (place >= 0) return state.ring.slice(place + 1);
  const storedAt = id.split('_', 1)[0] ?? '';
  if (Number.isNaN(Date.parse(storedAt))) return 'too-many';
  const rows = await storedSince(database, earlier(storedAt, overlapMs), {
    limit: backlogUpTo + 1,
    except: [],
  });
  return rows.length > backlogUpTo ? 'too-many' : rows.map(toEvent).filter((event) => event.id !== id);
}

function toEvent({ message, storedAt }: Awaited<ReturnType<typeof storedSince>>[number]): LiveEvent {
  const card = toInspectionCard(message, storedAt);
  return { id: toEventId(card), card };
}

function latest(before: string, now: string | undefined): string {
  return now !== undefined && now > before ? now : before;
}

function earlier(instant: string, byMs: number): string {
  return new Date(Math.max(0, Date.parse(instant) - byMs)).toISOString();
}
