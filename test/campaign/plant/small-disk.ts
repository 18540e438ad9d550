import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that can be filled up. */
export interface SmallDisk extends Disposable {
  /** False where this user may not mount: then nothing is filled. */
  readonly mounted: boolean;
  readonly fill: () => void;
  readonly empty: () => void;
}

/** Mounts a small file system in memory on `folder`. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const mounted = status === 0;
  const ballast = join(folder, 'ballast');
  return {
    mounted,
    fill: () => {
      if (!mounted) return;
      const file = openSync(ballast, 'w');
      try {
        for (const size of [1 << 16, 1 << 12]) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]: () => {
      if (mounted) spawnSync('umount', ['-l', folder]);
    },
  };
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
