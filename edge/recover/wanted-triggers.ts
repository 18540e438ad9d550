import type { Log } from '#host/log.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { Trigger } from '#edge/trigger.ts';

export interface WantedTools {
  readonly outbox: Pick<Outbox, 'find'>;
  readonly awaited: (isRecent: (open: OpenTrigger) => boolean) => Promise<readonly OpenTrigger[]>;
  readonly log: Log;
}

/** Tells the triggers to inspect from those whose old frames still lie in the camera's ring. */
export interface WantedTriggers {
  isWanted(trigger: Trigger): Promise<boolean>;
  /** From now on the ring may show what was decided before: the ledger is asked until it is caught up. */
  beginCatchUp(): void;
}

/**
 * A trigger is wanted when no inspection of it was begun and the station waits for it. Once the newest trigger of the
 * ledger was seen, everything that follows is new and the ledger need not be asked.
 */
export function createWantedTriggers({ outbox, awaited, log }: WantedTools): WantedTriggers {
  let catchingUp = true;
  return {
    beginCatchUp: () => void (catchingUp = true),
    isWanted: async (trigger) => {
      const { epoch, triggerNo, serial } = trigger;
      if (outbox.find(epoch, triggerNo)) {
        log.debug({ triggerNo, serial }, 'frame of a trigger that has its inspection');
        return false;
      }
      if (!catchingUp) return true;
      const isRecent = (open: OpenTrigger): boolean => open.epoch === epoch && open.triggerNo >= triggerNo;
      const triggers = (await awaited(isRecent)).filter((open) => open.epoch === epoch);
      const newestNo = Math.max(...triggers.map((open) => open.triggerNo));
      if (triggerNo >= newestNo && triggers.length > 0) catchingUp = false;
      const wanted = triggers.some((open) => open.triggerNo === triggerNo);
      if (!wanted) log.debug({ triggerNo, serial }, 'frame of a trigger that the station does not wait for');
      return wanted;
    },
  };
}
