import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One golden sample of an edge node, whether a part was held against it yet or not. */
export interface HeldGolden {
  readonly productId: string;
  readonly viewId: string;
  readonly sha256: string;
}

/** The golden samples of an edge node as files, for people to look at and to answer for. */
export interface GoldenFolder {
  /** By product and view. */
  readonly list: () => Promise<readonly HeldGolden[]>;
  /** The picture of a digest; null where none has it. */
  readonly read: (sha256: string) => Promise<{ readonly bytes: Uint8Array; readonly mediaType: string } | null>;
}

/** Reads `<dir>/<productId>/<viewId>.png` anew each time, and the bytes of a file again only once it has changed. */
export function openGoldenFolder(dir: string | undefined): GoldenFolder {
  const known = new Map<string, { readonly stamp: string; readonly sha256: string }>();
  const digestOf = async (path: string): Promise<string> => {
    const { mtimeMs, size } = await stat(path);
    const stamp = `${mtimeMs} ${size}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.sha256;
    const sha256 = sha256Of(await readFile(path));
    known.set(path, { stamp, sha256 });
    return sha256;
  };
  const list = async (): Promise<readonly (HeldGolden & { readonly path: string })[]> => {
    const found = [];
    for (const product of await entriesOf(dir)) {
      if (!product.isDirectory()) continue;
      for (const file of await entriesOf(join(product.parentPath, product.name))) {
        const path = join(file.parentPath, file.name);
        const viewId = /^(.+)\.png$/.exec(file.name)?.[1];
        if (viewId !== undefined) found.push({ productId: product.name, viewId, sha256: await digestOf(path), path });
      }
    }
    return found;
  };
  return {
    list: async () => (await list()).map(({ path: _path, ...golden }) => golden),
    read: async (sha256) => {
      const golden = (await list()).find((one) => one.sha256 === sha256);
      if (!golden) return null;
      const bytes = await readFile(golden.path);
      // Whoever gets it keeps it by this digest: another file may have taken its place just now.
      return sha256Of(bytes) === sha256 ? { bytes, mediaType: 'image/png' } : null;
    },
  };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function entriesOf(dir: string | undefined) {
  if (dir === undefined) return [];
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    // Made with the first golden sample.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
