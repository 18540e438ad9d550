import { createHash } from 'node:crypto';
import { rmSync, statfsSync, statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readIfThere, writeSynced } from '#host/synced-file.ts';

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
  /**
   * Gives images up until ring and disk have room. False where the disk has none even then: what is put now would take
   * the place of verdicts.
   */
  makeRoom(bounds: EvidenceBounds): boolean;
}

export interface EvidenceBounds {
  /** Images kept at most. */
  readonly ringBytes: number;
  /** Left free on the disk for verdicts and their messages. */
  readonly reserveBytes: number;
}

/** Of a full ring so much more is given up than has to be: the next parts then need no counting. */
const spareShare = 1 / 64;

/**
 * Opens the store in `dir` beside the outbox whose `evidence` table lists it; files that no row names are removed.
 * `freeBytes` is what the disk has left.
 */
export async function openEvidenceStore(
  dir: string,
  database: DatabaseSync,
  freeBytes = (): number => freeBytesAt(dir),
): Promise<EvidenceStore> {
  await mkdir(dir, { recursive: true });
  await removeUnlisted(dir, database);
  const find = database.prepare('SELECT media_type FROM evidence WHERE sha256 = ?');
  const sum = database.prepare('SELECT coalesce(sum(bytes), 0) AS total FROM evidence');
  const remove = database.prepare('DELETE FROM evidence WHERE sha256 = ?');
  const held = new Map<string, number>();
  let heldBytes = 0;
  const hold = (sha256: string, bytes: number, by: 1 | -1): void => {
    const count = (held.get(sha256) ?? 0) + by;
    heldBytes += by * bytes;
    if (count > 0) held.set(sha256, count);
    else held.delete(sha256);
  };
  // No more than this is there: while that is little enough, nothing has to be counted.
  let mostBytes = Number.POSITIVE_INFINITY;
  const listedBytes = (): number => Number(sum.get()?.['total']);
  return {
    put: async (bytes, kind, mediaType) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      hold(sha256, bytes.length, 1);
      mostBytes += bytes.length;
      try {
        const path = pathOf(dir, sha256);
        if (statSync(path, { throwIfNoEntry: false })?.size !== bytes.length) await writeSynced(path, bytes);
      } catch (error) {
        hold(sha256, bytes.length, -1);
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
      for (const { sha256, bytes } of entries) hold(sha256, bytes, -1);
    },
    makeRoom: ({ ringBytes, reserveBytes }) => {
      const free = freeBytes();
      if (mostBytes <= ringBytes && free >= reserveBytes) return true;
      const total = listedBytes();
      const beyond = total - Math.min(ringBytes, total + free - reserveBytes);
      for (const sha256 of firstToGo(database, beyond + (total > ringBytes ? ringBytes * spareShare : 0))) {
        if (held.has(sha256)) continue;
        // Both before anything else runs: no one may find the file and then lose it.
        remove.run(sha256);
        rmSync(pathOf(dir, sha256), { force: true });
      }
      mostBytes = listedBytes() + heldBytes;
      return freeBytes() >= reserveBytes;
    },
  };
}

/** Digests of so many bytes, first those to go first. */
function firstToGo(database: DatabaseSync, bytes: number): readonly string[] {
  const doomed: string[] = [];
  if (bytes <= 0) return doomed;
  const rank = "CASE kind WHEN 'frame' THEN 0 WHEN 'crop' THEN 1 ELSE 2 END";
  const oldest = database.prepare(`SELECT sha256, bytes FROM evidence ORDER BY ${rank}, used_at`);
  let left = bytes;
  for (const row of oldest.iterate()) {
    doomed.push(String(row['sha256']));
    left -= Number(row['bytes']);
    if (left <= 0) break;
  }
  return doomed;
}

function freeBytesAt(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
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
