import { abortable } from '#host/abortable.ts';
import type { Log } from '#host/log.ts';
import { triggerOf, type Grouping, type GroupingEvent, type PartFrames } from '#edge/acquire/grouping.ts';
import type { Camera, CameraEvent } from '#edge/camera.ts';
import type { Frame } from '#edge/frame.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { Trigger } from '#edge/trigger.ts';

export interface Acquisition {
  readonly camera: Camera;
  readonly grouping: Grouping;
  /** The station's triggers without a result, read again unless one of those known is recent enough. */
  readonly awaited: (isRecent: (open: OpenTrigger) => boolean) => Promise<readonly OpenTrigger[]>;
  /** Of a trigger not seen before: false where it has its inspection already, or the station does not wait for it. */
  readonly isWanted: (trigger: Trigger) => Promise<boolean>;
  readonly opened: (part: PartFrames) => void;
  readonly complete: (part: PartFrames) => void;
  readonly frameSeen: (frame: Frame) => void;
  /** A new epoch of the camera, before its first frame. */
  readonly epochBegun: (epoch: string) => Promise<void>;
  /** Waits until there is room for another part: frames not taken stay in the camera's ring. */
  readonly room: () => Promise<void>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** Takes frames from the camera until the signal aborts and hands on parts, complete or out of time. */
export async function acquireParts(acquisition: Acquisition, signal: AbortSignal): Promise<void> {
  const { camera, grouping, nowMs } = acquisition;
  let timer: NodeJS.Timeout | undefined;
  const handle = (events: readonly GroupingEvent[]): void => {
    for (const event of events) handOn(event, acquisition);
    clearTimeout(timer);
    const dueMs = grouping.nextDeadlineMs();
    if (dueMs !== null) timer = setTimeout(() => handle(grouping.expire(nowMs())), Math.max(0, dueMs - nowMs()));
  };
  try {
    for await (const event of camera.frames(signal)) {
      // Before the new epoch is dealt with, which may wait for the station: these parts have a takt.
      if (event.kind === 'epoch') handle(grouping.closeOtherEpochs(event.epoch));
      handle(await abortable(take(event, acquisition), signal));
    }
  } catch (error) {
    // The station may be away for long; whoever stops the process does not wait for it.
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    clearTimeout(timer);
  }
}

function handOn(event: GroupingEvent, { opened, complete, log }: Acquisition): void {
  if (event.kind === 'opened') opened(event.part);
  else if (event.kind === 'complete') complete(event.part);
  else {
    const { frameId, viewId, triggerNo } = event.frame;
    const effect = event.kind === 'late' ? 'it changes nothing' : 'its part cannot pass';
    log.warn({ frameId, viewId, triggerNo, why: event.kind }, `frame set aside; ${effect}`);
  }
}

async function take(event: CameraEvent, acquisition: Acquisition): Promise<readonly GroupingEvent[]> {
  const { grouping, nowMs } = acquisition;
  switch (event.kind) {
    case 'epoch':
      await acquisition.epochBegun(event.epoch);
      return [];
    case 'lost':
      return findLost(event, acquisition);
    case 'frame': {
      acquisition.frameSeen(event.frame);
      const { frame } = event;
      if (!grouping.knows(frame)) {
        if (!(await acquisition.isWanted(frame))) return [];
        // While a part waits for a view the camera must not be left alone: the view may be the next frame.
        if (grouping.nextDeadlineMs() === null) await acquisition.room();
      }
      return grouping.addFrame(frame, nowMs());
    }
  }
}

/** A lost frame has only its number: the ledger says whose it was. */
async function findLost(
  { epoch, frameId, why }: CameraEvent & { kind: 'lost' },
  { awaited, isWanted, grouping, nowMs, log }: Acquisition,
): Promise<readonly GroupingEvent[]> {
  log.warn({ epoch, frameId, why }, 'frame lost');
  const triggers = await awaited(
    (open) => open.epoch === epoch && Math.max(...Object.values(open.frameIds)) >= frameId,
  );
  for (const trigger of triggers) {
    const view = Object.entries(trigger.frameIds).find(([, id]) => id === frameId);
    if (trigger.epoch !== epoch || !view) continue;
    if (!grouping.knows(trigger) && !(await isWanted(trigger))) continue;
    const viewCount = Object.keys(trigger.frameIds).length;
    return grouping.addLost({ trigger: triggerOf(trigger), viewId: view[0], viewCount }, nowMs());
  }
  return [];
}
