import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere } from '#host/synced-file.ts';
import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Image } from '#detector/image.ts';

/** The approved picture of one view of a product. */
export interface Golden {
  readonly image: Image;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Golden samples by product and view. */
export interface Goldens {
  /** null where there is no file. GOLDEN files that no decoder reads are faults (FRAME_UNREADABLE, FRAME_UNSUPPORTED). */
  find(productId: string, viewId: string): Promise<Golden | null>;
}

/** Reads `<dir>/<productId>/<viewId>.png`; the last `atMost` stay in memory. Without a folder there are none. */
export function createGoldens(dir: string | undefined, atMost: number): Goldens {
  const kept = new Map<string, Golden>();
  return {
    find: async (productId, viewId) => {
      // Both come over the wire: neither may lead out of the folder.
      if (dir === undefined || !isName(productId) || !isName(viewId)) return null;
      const path = join(dir, productId, `${viewId}.png`);
      const golden = kept.get(path) ?? (await readGolden(path));
      if (!golden) return null;
      kept.delete(path);
      kept.set(path, golden);
      for (const oldest of kept.keys()) {
        if (kept.size <= atMost) break;
        kept.delete(oldest);
      }
      return golden;
    },
  };
}

async function readGolden(path: string): Promise<Golden | null> {
  const bytes = await readIfThere(path);
  if (!bytes) return null;
  const image = await decodeImage(bytes, path);
  return { image, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(text);
}
