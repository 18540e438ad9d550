import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all, and has it on disk when it returns: a kill or a full disk in between leaves what was
 * there before; a kill may leave a half under another name (`path.UUID`). Makes the folder where there is none.
 */
export async function writeSynced(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const half = `${path}.${randomUUID()}`;
  try {
    await synced(half, 'w', (file) => file.writeFile(content));
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  // The name is on disk only once its folder is.
  await synced(folder, 'r', () => Promise.resolve());
}

async function synced(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The bytes of a file; null where there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
