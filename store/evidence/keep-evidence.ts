import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import type { Database } from '#store/database.ts';
import type { EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { fetchImage, type NoImage } from '#store/evidence/fetch-image.ts';
import { noteEvidence, wantedEvidence } from '#store/evidence/wanted-evidence.ts';
import { wantEscapes } from '#store/evidence/want-escapes.ts';
import { trimEvidence } from '#store/evidence/trim-evidence.ts';

export interface KeepOptions {
  readonly database: Database;
  readonly folder: EvidenceFolder;
  /** HTTP faces of the edge nodes by station, without a slash at the end. */
  readonly edgeUrls: ReadonlyMap<string, string>;
  /** When more is held, the least telling and oldest images are given up. */
  readonly bytesAtMost: number;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Pause between two looks for what is wanted. */
  readonly pollMs: number;
}

const atOnce = 8;
const longestPauseMs = 60_000;
/** An image that an edge node could not give is asked for once more after so many looks. */
const unfitLooks = 60;
/** Between two looks at what people said, and at how much is held, which reads the whole index. */
const trimEveryMs = 30_000;

/**
 * Fetches the images that stored inspections name from the edge nodes, oldest first, until told to stop. Only bytes with
 * the digest of their name are kept. An edge node that is away is asked again after a growing pause; what no edge node
 * has any more is noted as gone, and so is what it could not give whole twice: one bad image keeps no other back. Verdicts never wait for this: whatever fails here is logged and tried again.
 */
export async function keepEvidence(options: KeepOptions): Promise<void> {
  const { log, stop, pollMs } = options;
  const waits: Waits = { away: new Map(), unfit: new Map() };
  let failureMs = pollMs;
  let trimAt = 0;
  while (!stop.aborted) {
    try {
      const fetched = await fetchWanted(options, waits);
      failureMs = pollMs;
      if (performance.now() >= trimAt) {
        await wantEscapes(options.database);
        await trimEvidence(options.database, options.folder, options.bytesAtMost);
        trimAt = performance.now() + trimEveryMs;
      }
      if (fetched > 0) continue;
      await sleep(pollMs, undefined, { signal: stop });
    } catch (error) {
      if (stop.aborted) return;
      log.warn({ err: error, pauseMs: failureMs }, 'evidence not kept; trying again');
      await sleep(failureMs, undefined, { signal: stop }).catch(() => undefined);
      failureMs = Math.min(failureMs * 2, longestPauseMs);
    }
  }
}

/** What is not asked for at the moment. */
interface Waits {
  /** Stations that do not answer. */
  readonly away: Map<string, { readonly until: number; readonly pauseMs: number }>;
  /** Images by digest that could not be given, until when. */
  readonly unfit: Map<string, number>;
}

/** One look. Returns how many images it settled. */
async function fetchWanted(options: KeepOptions, waits: Waits): Promise<number> {
  const { database, edgeUrls } = options;
  const now = performance.now();
  const stationIds = [...edgeUrls.keys()].filter((stationId) => (waits.away.get(stationId)?.until ?? 0) <= now);
  if (stationIds.length === 0) return 0;
  const without = Array.from(waits.unfit, ([sha256, until]) => (until > now ? sha256 : '')).filter((one) => one !== '');
  const wanted = await wantedEvidence(database, { stationIds, without, limit: atOnce });
  const settled = await Promise.all(wanted.map((one) => fetchOne(options, one, waits)));
  return settled.filter((state) => state !== null).length;
}

interface Asked {
  readonly sha256: string;
  readonly stationId: string;
}

async function fetchOne(options: KeepOptions, asked: Asked, waits: Waits): Promise<'held' | 'gone' | null> {
  const { database, folder, edgeUrls, log, stop } = options;
  const { sha256, stationId } = asked;
  const image = await fetchImage(`${edgeUrls.get(stationId)}/evidence/${sha256}`, stop);
  if (stop.aborted || (typeof image === 'string' && isPutOff(image, asked, { options, waits }))) return null;
  if (typeof image !== 'string') waits.away.delete(stationId);
  const kept = typeof image !== 'string' && (await folder.put(sha256, image.bytes));
  if (typeof image !== 'string' && !kept) log.error(asked, 'an edge node gave other bytes than asked for');
  const state = kept ? 'held' : 'gone';
  await noteEvidence(database, sha256, state);
  return state;
}

/** Whether an image that did not come is asked for again; what does not answer at all keeps the whole station waiting. */
function isPutOff(
  why: NoImage,
  asked: Asked,
  { options, waits }: { readonly options: KeepOptions; readonly waits: Waits },
): boolean {
  const { log, pollMs } = options;
  const { away, unfit } = waits;
  const { sha256, stationId } = asked;
  if (why === 'unreachable') {
    const pauseMs = Math.min((away.get(stationId)?.pauseMs ?? pollMs) * 2, longestPauseMs);
    if (!away.has(stationId)) log.warn({ stationId }, 'the edge node gives no evidence; asking again later');
    away.set(stationId, { until: performance.now() + pauseMs, pauseMs });
    return true;
  }
  away.delete(stationId);
  if (why === 'not-found') return false;
  if (unfit.delete(sha256)) {
    log.error(asked, 'an edge node could not give an image twice; it is given up');
    return false;
  }
  log.warn(asked, 'an edge node could not give an image; asking once more later');
  unfit.set(sha256, performance.now() + Math.min(unfitLooks * pollMs, longestPauseMs));
  return true;
}
