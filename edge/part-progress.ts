import { triggerKey } from '#edge/trigger.ts';
import type { Trigger } from '#edge/trigger.ts';

/** The triggers this process is working on, and room for more. */
export interface PartProgress {
  readonly active: ReadonlySet<string>;
  start(trigger: Trigger): void;
  end(trigger: Trigger): void;
  /** Resolves once fewer than the bound are active. */
  room(): Promise<void>;
  /** Resolves once none is active. */
  none(): Promise<void>;
}

/** `atMost` parts are worked on before frames are left in the camera; `changed` hears how many are. */
export function createPartProgress(atMost: number, changed: (inFlight: number, room: boolean) => void): PartProgress {
  const active = new Set<string>();
  const waiters: { readonly below: number; readonly go: () => void }[] = [];
  const below = async (count: number): Promise<void> => {
    if (active.size < count) return;
    await new Promise<void>((resolve) => void waiters.push({ below: count, go: resolve }));
  };
  const tell = (): void => changed(active.size, active.size < atMost);
  return {
    active,
    start: (trigger) => {
      active.add(triggerKey(trigger));
      tell();
    },
    end: (trigger) => {
      active.delete(triggerKey(trigger));
      tell();
      for (const waiter of waiters.filter((one) => active.size < one.below)) {
        waiters.splice(waiters.indexOf(waiter), 1);
        waiter.go();
      }
    },
    room: () => below(atMost),
    none: () => below(1),
  };
}
