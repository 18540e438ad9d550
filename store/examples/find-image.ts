import type { Image, NoImage } from '#store/evidence/fetch-image.ts';
import type { FindImage } from '#store/examples/export-examples.ts';

/** Where the images of an export come from. */
export interface ImageSources {
  /** What the store keeps; null where it does not. */
  readonly held: (sha256: string) => Promise<Image | null>;
  /** What an edge node answers, or why it cannot be asked. */
  readonly ask: (sha256: string, stationId: string) => Promise<Image | NoImage | 'unknown'>;
}

// Each question to a node that is away waits for seconds, and an export has thousands.
const askedInVain = 2;

/**
 * Finds images for one export: as the store keeps them, else from the edge nodes. A node that did not answer twice in a row
 * is not asked again; what it keeps counts as not fetched.
 */
export function createFindImage({ held, ask }: ImageSources): FindImage {
  const inVain = new Map<string, number>();
  return async (sha256, stationId) => {
    const kept = await held(sha256);
    if (kept !== null) return kept;
    const before = inVain.get(stationId) ?? 0;
    if (before >= askedInVain) return 'away';
    const image = await ask(sha256, stationId);
    inVain.set(stationId, image === 'unreachable' ? before + 1 : 0);
    if (typeof image !== 'string') return image;
    return image === 'not-found' ? 'gone' : 'away';
  };
}
