import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** How long a disk takes to sync 4 KiB, in ms, so many times. */
export async function syncTimes(folder: string, times: number): Promise<readonly number[]> {
  const path = join(folder, `hairline-sync-${process.pid}`);
  const file = await open(path, 'w');
  const page = Buffer.alloc(4096, 1);
  const taken: number[] = [];
  try {
    for (let time = 0; time < times; time += 1) {
      const startedMs = performance.now();
      await file.write(page);
      await file.datasync();
      taken.push(performance.now() - startedMs);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  return taken;
}
