import { setTimeout as sleep } from 'node:timers/promises';

/** How long the plant may take to come to rest. */
export const settleMs = 300_000;

/** Waits until something holds; false where it does not within the time. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const endAt = performance.now() + withinMs;
  while (performance.now() < endAt) {
    if (holds()) return true;
    await sleep(50);
  }
  return false;
}
