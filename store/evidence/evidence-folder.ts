import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Images as files named by the SHA-256 of their bytes. Several processes may use one folder. */
export interface EvidenceFolder {
  /** On disk (synced) when it answers true; false, and nothing is kept, where the bytes are not those of the name. */
  readonly put: (sha256: string, bytes: Uint8Array) => Promise<boolean>;
  /** null where it is not there, or no longer what its name says. */
  readonly get: (sha256: string) => Promise<Uint8Array | null>;
  readonly remove: (sha256: string) => Promise<void>;
}

/** True for a SHA-256 in lower case hexadecimal: the only names in the folder. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Uses the folder `dir`, which need not be there yet. */
export function openEvidenceFolder(dir: string): EvidenceFolder {
  const pathOf = (sha256: string): string => {
    if (!isSha256(sha256)) throw new TypeError(`"${sha256}" is no SHA-256`);
    return join(dir, sha256.slice(0, 2), sha256);
  };
  return {
    put: async (sha256, bytes) => {
      const path = pathOf(sha256);
      if (digestOf(bytes) !== sha256) return false;
      await writeSynced(path, bytes);
      return true;
    },
    get: async (sha256) => {
      const bytes = await readFile(pathOf(sha256)).catch(nullIfMissing);
      return bytes && digestOf(bytes) === sha256 ? bytes : null;
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whole or not at all: a file that bears the name has all its bytes. */
async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const half = `${path}.${randomUUID()}`;
  try {
    await synced(half, 'w', (file) => file.writeFile(bytes));
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  // The name is on disk only once its folder is.
  await synced(folder, 'r', () => Promise.resolve());
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function synced(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
