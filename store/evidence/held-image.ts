import type { Database } from '#store/database.ts';
import type { EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import type { Image } from '#store/evidence/fetch-image.ts';

/** An image that the store holds; null where it does not. */
export async function heldImage(database: Database, folder: EvidenceFolder, sha256: string): Promise<Image | null> {
  const known = await mediaTypeQuery(database, sha256).executeTakeFirst();
  const bytes = known ? await folder.get(sha256) : null;
  return known && bytes ? { mediaType: known.mediaType, bytes } : null;
}

export function mediaTypeQuery(database: Database, sha256: string) {
  return database.selectFrom('evidence').select('mediaType').where('sha256', '=', sha256).where('state', '=', 'held');
}
