import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import type { Database } from '#store/database.ts';
import type { EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { fetchImage } from '#store/evidence/fetch-image.ts';
import { noteEvidence, wantedEvidence } from '#store/evidence/wanted-evidence.ts';
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
/** Between two looks at how much is held, which reads the whole index. */
const trimEveryMs = 30_000;

/**
 * Fetches the images that stored inspections name from the edge nodes, oldest first, until told to stop. Only bytes with
 * the digest of their name are kept. An edge node that is away is asked again after a growing pause; what no edge node
 * has any more is noted as gone. Verdicts never wait for this: whatever fails here is logged and tried again.
 */
export async function keepEvidence(options: KeepOptions): Promise<void> {
  const { log, stop, pollMs } = options;
  const away = new Map<string, { readonly until: number; readonly pauseMs: number }>();
  let failureMs = pollMs;
  let trimAt = 0;
  while (!stop.aborted) {
    try {
      const fetched = await fetchWanted(options, away);
      failureMs = pollMs;
      if (performance.now() >= trimAt) {
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

type Away = Map<string, { readonly until: number; readonly pauseMs: number }>;

/** One look. Returns how many images it settled. */
async function fetchWanted(options: KeepOptions, away: Away): Promise<number> {
  const { database, edgeUrls } = options;
  const asked = [...edgeUrls.keys()].filter((stationId) => (away.get(stationId)?.until ?? 0) <= performance.now());
  if (asked.length === 0) return 0;
  const wanted = await wantedEvidence(database, asked, atOnce);
  const settled = await Promise.all(wanted.map((one) => fetchOne(options, one, away)));
  return settled.filter((state) => state !== null).length;
}

async function fetchOne(
  { database, folder, edgeUrls, log, pollMs }: KeepOptions,
  { sha256, stationId }: { readonly sha256: string; readonly stationId: string },
  away: Away,
): Promise<'held' | 'gone' | null> {
  const image = await fetchImage(`${edgeUrls.get(stationId)}/evidence/${sha256}`);
  if (image === 'unreachable') {
    const pauseMs = Math.min((away.get(stationId)?.pauseMs ?? pollMs) * 2, longestPauseMs);
    if (!away.has(stationId)) log.warn({ stationId }, 'the edge node gives no evidence; asking again later');
    away.set(stationId, { until: performance.now() + pauseMs, pauseMs });
    return null;
  }
  away.delete(stationId);
  const kept = image !== 'not-found' && (await folder.put(sha256, image.bytes));
  if (image !== 'not-found' && !kept) log.error({ stationId, sha256 }, 'an edge node gave other bytes than asked for');
  const state = kept ? 'held' : 'gone';
  await noteEvidence(database, sha256, state);
  return state;
}
