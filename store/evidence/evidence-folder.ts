import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeSynced } from '#host/synced-file.ts';

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
      const bytes = await readIfThere(pathOf(sha256));
      return bytes && digestOf(bytes) === sha256 ? bytes : null;
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
