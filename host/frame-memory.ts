import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 handle camera frames without a full collection every few of them: on Node 24 frames are 2 to 6 times slower
 * otherwise. For the command line of a process that handles frames on its main thread: the second one comes too late
 * for a heap that is there already.
 */
export const frameMemoryFlags = [
  // Counts the bytes of frames against the heap limit as a whole, not against a limit of 64 MB of their own.
  '--external-memory-accounted-in-global-limit',
  '--initial-old-space-size=512',
] as const;

/** Sets the same for the workers that are started from now on, where the command line does not say it. */
export function setFrameMemoryFlags(): void {
  for (const flag of frameMemoryFlags) setFlagsFromString(flag);
}
