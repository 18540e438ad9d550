import type { Camera, CameraEvent } from '#edge/camera.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { frameIdOf, shotOf } from '#edge/opcua/plain/frame-number.ts';
import { unseenTrigger } from '#edge/opcua/plain/part-book.ts';
import { triggerOf } from '#edge/acquire/grouping.ts';
import type { OpenTrigger, StationLine } from '#edge/station-line.ts';
import { triggerKey, type Trigger } from '#edge/trigger.ts';

/** A line whose triggers are what its camera counted. */
export interface CountedLine extends StationLine {
  /** The same camera, with each part entered before its first frame is seen. */
  watch(camera: Camera): Camera;
}

const remembered = 256;

/**
 * The ledger of a station that keeps none: a trigger is open from its first frame, or from the word that it is lost,
 * until its result is written. `station` gets the results; null where nobody at the line does.
 */
export function createCountedLine(
  layout: CameraLayout,
  station: Pick<StationLine, 'write'> | null,
  now: () => Date,
): CountedLine {
  const open = new Map<string, OpenTrigger>();
  // A frame may be called lost after its part was decided without it.
  const closed = new Set<string>();
  const views = layout.views.length;
  const enter = (trigger: Trigger): void => {
    const ids = layout.views.map(({ viewId }, view) => [viewId, frameIdOf({ count: trigger.triggerNo, view }, views)]);
    const key = triggerKey(trigger);
    if (!open.has(key) && !closed.has(key))
      open.set(key, { ...trigger, frameIds: Object.fromEntries(ids) as Record<string, number> });
  };
  const note = (event: CameraEvent): void => {
    if (event.kind === 'frame') enter(triggerOf(event.frame));
    if (event.kind === 'lost') enter(unseenTrigger(layout, event.epoch, shotOf(event.frameId, views).count, now()));
  };
  return {
    watch: (camera) => ({
      frames: async function* (signal) {
        for await (const event of camera.frames(signal)) {
          note(event);
          yield event;
        }
      },
    }),
    openTriggers: () => Promise.resolve([...open.values()]),
    write: async (result, signal) => {
      const answer = (await station?.write(result, signal)) ?? { kind: 'taken' };
      open.delete(triggerKey(result));
      closed.add(triggerKey(result));
      for (const oldest of closed) {
        if (closed.size <= remembered) break;
        closed.delete(oldest);
      }
      return answer;
    },
  };
}
