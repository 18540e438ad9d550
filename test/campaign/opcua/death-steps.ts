import { existsSync, readFileSync, rmSync } from 'node:fs';

/** Moments in the life of an edge node at which it can be killed, in the order of a part. */
export const deathSteps = [
  'ledger read',
  'frame taken',
  'before it began on disk',
  'begun on disk',
  'before the verdict on disk',
  'verdict on disk',
  'before the data',
  'data written',
  'before ready',
  'ready written',
  'acknowledged',
  'let go',
  'noted as given',
] as const;

export type DeathStep = (typeof deathSteps)[number];

/** Names the file that holds the step at which a process is to die. */
export const deathFileVariable = 'CAMPAIGN_DEATH_FILE';

/** Kills this process, as `kill -9` does, where the file says that it dies at this step; the file goes first. */
export function dieAt(step: DeathStep): void {
  const file = process.env[deathFileVariable] ?? '';
  if (!existsSync(file) || readFileSync(file, 'utf8') !== step) return;
  rmSync(file, { force: true });
  process.kill(process.pid, 'SIGKILL');
  // Not one more step until the signal is there.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
