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

/** `atMost` parts are worked on before frames are left in the camera. */
export function createPartProgress(atMost: number): PartProgress {
  const active = new Set<string>();
  const waiters: { readonly below: number; readonly go: () => void }[] = [];
  const below = async (count: number): Promise<void> => {
    if (active.size < count) return;
    await new Promise<void>((resolve) => void waiters.push({ below: count, go: resolve }));
  };
  return {
    active,
    start: (trigger) => void active.add(triggerKey(trigger)),
    end: (trigger) => {
      active.delete(triggerKey(trigger));
      for (const waiter of waiters.filter((one) => active.size < one.below)) {
        waiters.splice(waiters.indexOf(waiter), 1);
        waiter.go();
      }
    },
    room: () => below(atMost),
    none: () => below(1),
  };
}
