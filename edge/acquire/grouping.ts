import type { Frame } from '#edge/frame.ts';
import { triggerKey, type Trigger } from '#edge/trigger.ts';

/** The frames of one trigger, as far as they came. */
export interface PartFrames {
  readonly trigger: Trigger;
  /** Clock of this process when the first sign of the trigger came; deadlines count from here. */
  readonly arrivedMs: number;
  readonly viewCount: number;
  readonly frames: ReadonlyMap<string, Frame>;
  /** Views whose frame the camera no longer has. */
  readonly lostViews: ReadonlySet<string>;
  /** Views of which a frame was set aside: nobody can say which frame shows the part. */
  readonly contestedViews: ReadonlySet<string>;
}

export type GroupingEvent =
  /** The first sign of a trigger. */
  | { readonly kind: 'opened'; readonly part: PartFrames }
  /** Every view came or is known to be lost, or the time is over. */
  | { readonly kind: 'complete'; readonly part: PartFrames }
  /** The trigger is complete already: told, and changes nothing. */
  | { readonly kind: 'late'; readonly frame: Frame }
  /** The view came twice, or says of the trigger what the part's first sign does not: set aside, and held against the part. */
  | { readonly kind: 'double' | 'foreign'; readonly frame: Frame };

/** One part in the making; the maps grow until it is complete. */
interface OpenPart extends PartFrames {
  readonly frames: Map<string, Frame>;
  readonly lostViews: Set<string>;
  readonly contestedViews: Set<string>;
  readonly deadlineMs: number;
}

/** Groups frames into parts by trigger. Knows no timer: time comes in with every call. */
export interface Grouping {
  /** True for a trigger that is open here, or was of late. */
  knows(trigger: Trigger): boolean;
  addFrame(frame: Frame, nowMs: number): readonly GroupingEvent[];
  /** The frame of this view is gone; `viewCount` is what the ledger says of the trigger. */
  addLost(
    lost: { readonly trigger: Trigger; readonly viewId: string; readonly viewCount: number },
    nowMs: number,
  ): readonly GroupingEvent[];
  /** Completes what is over time. */
  expire(nowMs: number): readonly GroupingEvent[];
  /** Completes everything that is not of this epoch: no more of it will come. */
  closeOtherEpochs(epoch: string): readonly GroupingEvent[];
  /** When `expire` is due next; null when nothing is open. */
  nextDeadlineMs(): number | null;
}

/** How many complete triggers are remembered, so that a late frame is known as late. */
const remembered = 256;

/** `viewsMsOf` gives how long to wait for all views of a recipe. */
export function createGrouping(viewsMsOf: (recipeId: string) => number): Grouping {
  const open = new Map<string, OpenPart>();
  const closed = new Set<string>();

  const complete = (key: string, part: OpenPart): GroupingEvent => {
    open.delete(key);
    closed.add(key);
    for (const oldest of closed) {
      if (closed.size <= remembered) break;
      closed.delete(oldest);
    }
    return { kind: 'complete', part };
  };
  const join = (trigger: Trigger, viewCount: number, nowMs: number): [OpenPart, GroupingEvent[]] => {
    const key = triggerKey(trigger);
    const known = open.get(key);
    if (known) return [known, []];
    const part = newPart(trigger, viewCount, { arrivedMs: nowMs, deadlineMs: nowMs + viewsMsOf(trigger.recipeId) });
    open.set(key, part);
    return [part, [{ kind: 'opened', part }]];
  };
  const finish = (part: OpenPart, events: GroupingEvent[]): GroupingEvent[] => {
    const seen = part.frames.size + part.lostViews.size;
    return seen < part.viewCount ? events : [...events, complete(triggerKey(part.trigger), part)];
  };

  return {
    knows: (trigger) => open.has(triggerKey(trigger)) || closed.has(triggerKey(trigger)),
    addFrame: (frame, nowMs) => {
      if (closed.has(triggerKey(frame))) return [{ kind: 'late', frame }];
      const [part, events] = join(triggerOf(frame), frame.viewCount, nowMs);
      const foreign = !agrees(frame, part);
      if (foreign || part.frames.has(frame.viewId)) {
        part.contestedViews.add(frame.viewId);
        return [{ kind: foreign ? 'foreign' : 'double', frame }];
      }
      part.frames.set(frame.viewId, frame);
      part.lostViews.delete(frame.viewId);
      return finish(part, events);
    },
    addLost: ({ trigger, viewId, viewCount }, nowMs) => {
      if (closed.has(triggerKey(trigger))) return [];
      const [part, events] = join(trigger, viewCount, nowMs);
      if (!part.frames.has(viewId)) part.lostViews.add(viewId);
      return finish(part, events);
    },
    expire: (nowMs) =>
      [...open].filter(([, part]) => part.deadlineMs <= nowMs).map(([key, part]) => complete(key, part)),
    closeOtherEpochs: (epoch) =>
      [...open].filter(([, part]) => part.trigger.epoch !== epoch).map(([key, part]) => complete(key, part)),
    nextDeadlineMs: () => (open.size === 0 ? null : Math.min(...open.values().map((part) => part.deadlineMs))),
  };
}

function newPart(
  trigger: Trigger,
  viewCount: number,
  times: { readonly arrivedMs: number; readonly deadlineMs: number },
): OpenPart {
  return { trigger, viewCount, frames: new Map(), lostViews: new Set(), contestedViews: new Set(), ...times };
}

/** Whether a frame says of its trigger what the part's first sign said; an instant may be written in two ways. */
function agrees(frame: Frame, { trigger, viewCount }: OpenPart): boolean {
  const { triggeredAt, ...facts } = trigger;
  const same = Object.entries(facts).every(([name, value]) => frame[name as keyof typeof facts] === value);
  return same && frame.viewCount === viewCount && Date.parse(frame.triggeredAt) === Date.parse(triggeredAt);
}

/** What a frame, or an entry of the ledger, says of its trigger. */
export function triggerOf(source: Trigger): Trigger {
  const { epoch, triggerNo, serial, attempt, lot, productId, recipeId, triggeredAt, simulated, challenge } = source;
  return { epoch, triggerNo, serial, attempt, lot, productId, recipeId, triggeredAt, simulated, challenge };
}
