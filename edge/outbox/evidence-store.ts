import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

export type EvidenceKind = 'frame' | 'golden' | 'crop';

/** One piece of evidence, known by the SHA-256 of its encoded bytes. */
export interface EvidenceEntry {
  readonly sha256: string;
  readonly kind: EvidenceKind;
  readonly mediaType: string;
  readonly bytes: number;
}

/**
 * Images that inspections speak of, as files named by their digest. A ring by bytes: when it is full, whole frames go
 * first, then crops, then goldens, each oldest first. Verdicts never go: their messages stand in the outbox.
 */
export interface EvidenceStore {
  /** Has the bytes on disk (synced) when it answers, and keeps them until `release`: the commit comes in between. */
  put(bytes: Uint8Array, kind: EvidenceKind, mediaType: string): Promise<EvidenceEntry>;
  /** null for a digest that is not there, or no longer. */
  get(sha256: string): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string } | null>;
  /** To be called once the outbox has committed the entries, or will not. */
  release(entries: readonly EvidenceEntry[]): void;
  /** Deletes until at most `atMostBytes` are left. Returns how many files went. */
  trim(atMostBytes: number): number;
}

/** Opens the store in `dir` beside the outbox whose `evidence` table lists it; files that no row names are removed. */
export async function openEvidenceStore(dir: string, database: DatabaseSync): Promise<EvidenceStore> {
  await mkdir(dir, { recursive: true });
  await removeUnlisted(dir, database);
  const find = database.prepare('SELECT media_type FROM evidence WHERE sha256 = ?');
  const held = new Map<string, number>();
  const hold = (sha256: string, by: 1 | -1): void => {
    const count = (held.get(sha256) ?? 0) + by;
    if (count > 0) held.set(sha256, count);
    else held.delete(sha256);
  };
  return {
    put: async (bytes, kind, mediaType) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      hold(sha256, 1);
      try {
        const path = pathOf(dir, sha256);
        if ((await sizeOf(path)) !== bytes.length) await writeSynced(path, bytes);
      } catch (error) {
        hold(sha256, -1);
        throw error;
      }
      return { sha256, kind, mediaType, bytes: bytes.length };
    },
    get: async (sha256) => {
      const mediaType = find.get(sha256)?.['media_type'];
      if (typeof mediaType !== 'string') return null;
      const bytes = await readIfThere(pathOf(dir, sha256));
      return bytes ? { bytes, mediaType } : null;
    },
    release: (entries) => {
      for (const { sha256 } of entries) hold(sha256, -1);
    },
    trim: (atMostBytes) => {
      const doomed = oldestBeyond(database, atMostBytes).filter((sha256) => !held.has(sha256));
      const remove = database.prepare('DELETE FROM evidence WHERE sha256 = ?');
      for (const sha256 of doomed) {
        // Both before anything else runs: no one may find the file and then lose it.
        remove.run(sha256);
        rmSync(pathOf(dir, sha256), { force: true });
      }
      return doomed.length;
    },
  };
}

/** Digests to give up, first those to go first, until at most `atMostBytes` are left. */
function oldestBeyond(database: DatabaseSync, atMostBytes: number): readonly string[] {
  let total = Number(database.prepare('SELECT coalesce(sum(bytes), 0) AS total FROM evidence').get()?.['total']);
  const rank = "CASE kind WHEN 'frame' THEN 0 WHEN 'crop' THEN 1 ELSE 2 END";
  const oldest = database.prepare(`SELECT sha256, bytes FROM evidence ORDER BY ${rank}, used_at`);
  const doomed: string[] = [];
  if (total <= atMostBytes) return doomed;
  for (const row of oldest.iterate()) {
    doomed.push(String(row['sha256']));
    total -= Number(row['bytes']);
    if (total <= atMostBytes) break;
  }
  return doomed;
}

async function removeUnlisted(dir: string, database: DatabaseSync): Promise<void> {
  const listed = database.prepare('SELECT 1 FROM evidence WHERE sha256 = ?');
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && !listed.get(entry.name)) await rm(join(entry.parentPath, entry.name), { force: true });
  }
}

function pathOf(dir: string, sha256: string): string {
  return join(dir, sha256.slice(0, 2), sha256);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const half = `${path}.${process.pid}-${performance.now()}`;
  const file = await open(half, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
  // The name is on disk only once its folder is.
  const parent = await open(folder, 'r');
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(nullIfMissing);
  return found ? found.size : null;
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch(nullIfMissing);
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
