import { z } from 'zod';
import { edgeEquipmentSchema, type EdgeEquipment } from '#hmi/server/equipment.schema.ts';
import { fetchImage, type Image } from '#store/evidence/fetch-image.ts';

// Loose: a newer edge node may tell more than this dashboard understands.
const healthAnswer = z.object({
  components: z.record(
    z.string(),
    // An older edge node tells no code.
    z.object({ state: z.string(), detail: z.string(), wayOut: z.string(), code: z.string().default('') }),
  ),
});

/** Health of one edge node as asked over HTTP. */
export interface EdgeHealth {
  readonly stationId: string;
  /** Why it does not answer; null where it does. */
  readonly trouble: string | null;
  /** What it tells of its parts, by name; empty where it does not answer. */
  readonly told: z.infer<typeof healthAnswer>['components'];
}

const releaseAnswer = z.object({ released: z.object({ code: z.string(), at: z.string() }) });

/** The lock that was released: why and since when the station was locked. */
export type ReleasedLock = z.infer<typeof releaseAnswer>['released'];

/** What an image could not be had for. */
export type ImageTrouble = 'not-found' | 'unreachable' | 'station-unknown';

const recipesAnswer = z.object({
  takesApproved: z.boolean(),
  recipes: z.array(
    z.object({
      recipeId: z.string(),
      version: z.string(),
      sha256: z.string(),
      source: z.enum(['folder', 'approved']),
      text: z.string(),
    }),
  ),
});

/** What an edge node judges by. */
export type EdgeRecipes = z.infer<typeof recipesAnswer>;

/** Asks the edge nodes of the plant over their small HTTP face. */
export interface EdgeNodes {
  readonly stationIds: readonly string[];
  readonly health: (stationId: string) => Promise<EdgeHealth>;
  /** What a station runs; why it cannot be told where it cannot. */
  readonly recipes: (stationId: string) => Promise<EdgeRecipes | string>;
  /** Its camera, certificates, models and reviewer; why they cannot be told where they cannot. */
  readonly equipment: (stationId: string) => Promise<EdgeEquipment | string>;
  readonly latestFrame: (stationId: string) => Promise<Image | ImageTrouble>;
  /** Unlocks a station; the edge node keeps who and why. */
  readonly releaseLock: (
    stationId: string,
    release: { readonly releasedBy: string; readonly reason: string },
  ) => Promise<ReleasedLock | 'station-unknown' | 'not-locked' | { readonly trouble: string }>;
  /** Asks `stationId` first where it is known, then every other node. */
  readonly evidence: (sha256: string, stationId: string | null) => Promise<Image | ImageTrouble>;
}

const healthTimeoutMs = 2000;

/** `urls` by station, without a slash at the end. */
export function createEdgeNodes(urls: ReadonlyMap<string, string>): EdgeNodes {
  return {
    stationIds: [...urls.keys()],
    health: (stationId) => askHealth(stationId, urls.get(stationId)),
    recipes: (stationId) => askRecipes(urls.get(stationId)),
    equipment: (stationId) => askJson(urls.get(stationId), '/equipment', edgeEquipmentSchema),
    latestFrame: async (stationId) => {
      const url = urls.get(stationId);
      return url === undefined ? 'station-unknown' : askImage(`${url}/frames/latest`);
    },
    releaseLock: async (stationId, release) => {
      const url = urls.get(stationId);
      return url === undefined ? 'station-unknown' : askRelease(url, release);
    },
    evidence: (sha256, stationId) => findEvidence(urls, sha256, stationId),
  };
}

async function askHealth(stationId: string, url: string | undefined): Promise<EdgeHealth> {
  const told = await askJson(url, '/health', healthAnswer);
  if (typeof told === 'string') return { stationId, trouble: told, told: {} };
  return { stationId, trouble: null, told: told.components };
}

function askRecipes(url: string | undefined): Promise<EdgeRecipes | string> {
  return askJson(url, '/recipes', recipesAnswer);
}

/** What an edge node answers, or why there is no answer. */
async function askJson<Answer>(
  url: string | undefined,
  path: string,
  schema: z.ZodType<Answer>,
): Promise<Answer | string> {
  if (url === undefined) return 'no address in HAIRLINE_EDGE_URLS';
  try {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    const read = schema.safeParse(await answer.json());
    return read.success ? read.data : answersOtherwise(url, answer.status);
  } catch (error) {
    return doesNotAnswer(url, error);
  }
}

/** Whoever looks at a page is told that the edge node gives no image, whatever it gives instead. */
async function askImage(url: string): Promise<Image | 'not-found' | 'unreachable'> {
  const image = await fetchImage(url);
  return image === 'unfit' ? 'unreachable' : image;
}

async function askRelease(
  url: string,
  release: { readonly releasedBy: string; readonly reason: string },
): Promise<ReleasedLock | 'not-locked' | { readonly trouble: string }> {
  try {
    const answer = await fetch(`${url}/lock/release`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(release),
      signal: AbortSignal.timeout(healthTimeoutMs),
    });
    if (answer.status === 409) return 'not-locked';
    const read = releaseAnswer.safeParse(await answer.json());
    return read.success ? read.data.released : { trouble: answersOtherwise(url, answer.status) };
  } catch (error) {
    return { trouble: doesNotAnswer(url, error) };
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
    const image = await askImage(`${url}/evidence/${sha256}`);
    if (typeof image !== 'string') return image;
    if (image === 'unreachable') trouble = image;
  }
  return trouble;
}

function answersOtherwise(url: string, status: number): string {
  return `${url} answers ${status}, but not as an edge node does`;
}

function doesNotAnswer(url: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`;
}
