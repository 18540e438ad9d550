import { EventEmitter, once } from 'node:events';
import type { OpenTrigger } from '#edge/station-line.ts';

/** What the station tells of a part it took. */
export type TakenPart = Pick<OpenTrigger, 'epoch' | 'triggerNo' | 'serial'>;

/** The level handshake of a trigger: the PLC asks, the station answers. */
export interface TriggerGate {
  readonly requested: () => boolean;
  /** The PLC's word that the part is a known bad one; it stands before the request. */
  readonly challenges: () => boolean;
  readonly challenge: (on: boolean) => void;
  /** The PLC's level. */
  readonly request: (on: boolean) => void;
  /** The part that answers the request that stands; null before. */
  readonly taken: () => TakenPart | null;
  /** Waits until the PLC asks for a part that it was not told of yet. */
  readonly asked: (signal: AbortSignal) => Promise<void>;
  /** Tells the PLC which part it is. */
  readonly answer: (trigger: TakenPart) => void;
}

export function createTriggerGate(): TriggerGate {
  const rises = new EventEmitter();
  let requested = false;
  let challenges = false;
  let taken: TakenPart | null = null;
  return {
    requested: () => requested,
    challenges: () => challenges,
    challenge: (on) => void (challenges = on),
    request: (on) => {
      const rose = on && !requested;
      requested = on;
      if (!on) taken = null;
      if (rose) rises.emit('rise');
    },
    taken: () => taken,
    asked: async (signal) => {
      // Taken and still asked for is the part before: the next one begins with a fall.
      while (!requested || taken !== null) await once(rises, 'rise', { signal });
    },
    // A PLC that let go meanwhile does not know the part, and never releases it.
    answer: (trigger) => {
      if (requested) taken = trigger;
    },
  };
}
