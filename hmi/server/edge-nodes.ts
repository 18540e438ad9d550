import { z } from 'zod';
import { fetchImage, type Image } from '#store/evidence/fetch-image.ts';

// Loose: a newer edge node may tell more than this dashboard understands.
const healthAnswer = z.object({
  components: z.record(z.string(), z.object({ state: z.string(), detail: z.string(), wayOut: z.string() })),
});

/** Health of one edge node as asked over HTTP. */
export interface EdgeHealth {
  readonly stationId: string;
  /** Why it does not answer; null where it does. */
  readonly trouble: string | null;
  /** What it tells of its parts, by name; empty where it does not answer. */
  readonly told: z.infer<typeof healthAnswer>['components'];
}

/** What an image could not be had for. */
export type ImageTrouble = 'not-found' | 'unreachable' | 'station-unknown';

/** Asks the edge nodes of the plant over their small HTTP face. */
export interface EdgeNodes {
  readonly stationIds: readonly string[];
  readonly health: (stationId: string) => Promise<EdgeHealth>;
  readonly latestFrame: (stationId: string) => Promise<Image | ImageTrouble>;
  /** Asks `stationId` first where it is known, then every other node. */
  readonly evidence: (sha256: string, stationId: string | null) => Promise<Image | ImageTrouble>;
}

const healthTimeoutMs = 2000;

/** `urls` by station, without a slash at the end. */
export function createEdgeNodes(urls: ReadonlyMap<string, string>): EdgeNodes {
  return {
    stationIds: [...urls.keys()],
    health: (stationId) => askHealth(stationId, urls.get(stationId)),
    latestFrame: async (stationId) => {
      const url = urls.get(stationId);
      return url === undefined ? 'station-unknown' : fetchImage(`${url}/frames/latest`);
    },
    evidence: (sha256, stationId) => findEvidence(urls, sha256, stationId),
  };
}

async function askHealth(stationId: string, url: string | undefined): Promise<EdgeHealth> {
  if (url === undefined) return { stationId, trouble: 'no address in HAIRLINE_EDGE_URLS', told: {} };
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    const health = healthAnswer.safeParse(await answer.json());
    if (health.success) return { stationId, trouble: null, told: health.data.components };
    return { stationId, trouble: `${url} answers ${answer.status}, but not as an edge node does`, told: {} };
  } catch (error) {
    return { stationId, trouble: `${url} does not answer: ${causeOf(error)}`, told: {} };
  }
}

async function findEvidence(
  urls: ReadonlyMap<string, string>,
  sha256: string,
  stationId: string | null,
): Promise<Image | ImageTrouble> {
  const first = stationId === null ? undefined : urls.get(stationId);
  const order = [...(first === undefined ? [] : [first]), ...[...urls.values()].filter((url) => url !== first)];
  let trouble: ImageTrouble = 'not-found';
  for (const url of order) {
    const image = await fetchImage(`${url}/evidence/${sha256}`);
    if (typeof image !== 'string') return image;
    if (image === 'unreachable') trouble = image;
  }
  return trouble;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
