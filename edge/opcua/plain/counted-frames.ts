import type { DataValue } from 'node-opcua';
import type { FramePosition } from '#edge/camera.ts';
import type { StationConnection } from '#edge/opcua/connection.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { CameraLayout, ViewLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { countAfter, frameIdOf, shotOf, type Shot } from '#edge/opcua/plain/frame-number.ts';
import { createLooker, type Look } from '#edge/opcua/plain/look.ts';
import { readShot } from '#edge/opcua/plain/read-shot.ts';
import { toAnswer, type SeenImage } from '#edge/opcua/plain/to-answer.ts';
import type { FrameAnswer } from '#edge/opcua/read-frames.ts';

/** What both adapters of a plain camera are made from. */
export interface PlainCamera {
  readonly connection: StationConnection;
  readonly layout: CameraLayout;
  /** Where an earlier process stood; null begins with the next frame. */
  readonly after: FramePosition | null;
  /** Tells what makes the camera worse than it could be. */
  readonly remark: (text: string) => void;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** What lies ahead of a frame: the one after it, later ones alone, or nothing by now. */
export type Ahead = 'next' | 'later' | 'nothing';

/** A camera as its counters and images show it when they are read. */
export interface CountedFrames {
  /** Looks at the counters; null once after each change of the session or the epoch. */
  look(station: StationSession): Promise<Look | null>;
  /** The newest frame before which every view has shown all its own, or the last one that was read beyond it. */
  newest(station: StationSession): Promise<FramePosition>;
  ahead(seen: Look, after: number): Ahead;
  /** The number that comes after `after`: the next one, or the first that is newer than this process. */
  following(seen: Pick<Look, 'epoch'>, after: number): number;
  /** Reads the oldest frame above a number that the camera still has. */
  read(station: StationSession, seen: Look, after: number): Promise<FrameAnswer | 'gone' | 'unproven'>;
  get(station: StationSession, frameId: number): Promise<FrameAnswer>;
  /** Makes a frame of an image that is known by its number. */
  frame(epoch: string, frameId: number, image: DataValue, size: ShownSize): Promise<FrameAnswer>;
}

type ShownSize = Pick<SeenImage, 'widthPx' | 'heightPx'>;

export function createCountedFrames({ layout, after: start, now }: PlainCamera): CountedFrames {
  const views = layout.views.length;
  const looker = createLooker(layout, start && { epoch: start.epoch, count: shotOf(start.frameId, views).count }, now);
  let told: { readonly station: StationSession; readonly epoch: string } | null = null;
  // Without an earlier process what the camera shows at first is of parts that nobody waits for.
  let begin: FramePosition | null = null;

  let lastSeen: Look | null = null;
  const look = async (station: StationSession): Promise<Look> => {
    const seen = await looker.look(station);
    lastSeen = seen;
    if (start === null) begin ??= newestOf(seen);
    return seen;
  };
  let reached: FramePosition | null = null;
  const following = ({ epoch }: Pick<Look, 'epoch'>, after: number): number => {
    const frameId = Math.max(after, idIn(begin, epoch));
    reached = { epoch, frameId };
    return frameId + 1;
  };
  const frame: CountedFrames['frame'] = (epoch, frameId, value, { widthPx, heightPx }) => {
    const { count, view } = shotOf(frameId, views);
    const trigger = looker.book.trigger(epoch, count, now());
    const seen = { image: value.value.value as unknown, capturedAt: value.sourceTimestamp ?? null, widthPx, heightPx };
    return toAnswer(viewOf(layout, view), { ...seen, epoch, frameId, trigger, viewCount: views });
  };
  const readFrame = async (station: StationSession, epoch: string, frameId: number) => {
    const { count, view } = shotOf(frameId, views);
    const read = await readShot(station, viewOf(layout, view), count);
    return read === 'gone' || read === 'unproven' ? read : frame(epoch, frameId, read.image, read);
  };
  return {
    frame,
    following,
    look: async (station) => {
      const seen = await look(station);
      const isNew = told?.station !== station || told.epoch !== seen.epoch;
      told = { station, epoch: seen.epoch };
      return isNew ? null : seen;
    },
    newest: async (station) => {
      const { epoch, counts } = await look(station);
      return { epoch, frameId: Math.max(completeUpTo(counts), idIn(begin, epoch), idIn(reached, epoch)) };
    },
    ahead: (seen, after) => {
      const { count, view } = shotOf(following(seen, after), views);
      if ((seen.counts[view] ?? 0) >= count) return 'next';
      return oldestKept(layout, seen, following(seen, after)) === null ? 'nothing' : 'later';
    },
    read: (station, seen, after) => {
      const oldest = oldestKept(layout, seen, following(seen, after));
      return oldest === null ? Promise.resolve('gone') : readFrame(station, seen.epoch, oldest);
    },
    get: async (station, frameId) => {
      // After a long absence there are many, and asking for each would take as long again.
      if (lastSeen !== null && isPast(layout, lastSeen, shotOf(frameId, views))) return { kind: 'gone' };
      const { epoch } = await look(station);
      const answer = await readFrame(station, epoch, frameId);
      return answer === 'gone' || answer === 'unproven' ? { kind: 'gone' } : answer;
    },
  };
}

function viewOf({ views }: CameraLayout, view: number): ViewLayout {
  const layout = views[view];
  if (!layout) throw new Error(`a camera without view ${view}`);
  return layout;
}

/** The number of a position, 0 where it is of another epoch. */
function idIn(position: FramePosition | null, epoch: string): number {
  return position?.epoch === epoch ? position.frameId : 0;
}

/** The newest frame before which every view has shown all its own: what a view that lags lacks is not yet lost. */
function completeUpTo(counts: readonly number[]): number {
  return Math.min(...counts.map((count, view) => frameIdOf({ count: count + 1, view }, counts.length))) - 1;
}

/** The newest frame of any view. */
function newestOf({ epoch, counts }: Look): FramePosition {
  const ids = counts.map((count, view) => (count === 0 ? 0 : frameIdOf({ count, view }, counts.length)));
  return { epoch, frameId: Math.max(...ids) };
}

/** The oldest frame from a number on that can still be read. */
function oldestKept({ views }: CameraLayout, { counts }: Look, fromId: number): number | null {
  const ids = views.flatMap(({ images }, view) => {
    const newest = counts[view] ?? 0;
    const count = Math.max(countAfter(fromId - 1, view, views.length), oldestIn(images, newest));
    return count <= newest ? [frameIdOf({ count, view }, views.length)] : [];
  });
  return ids.length === 0 ? null : Math.min(...ids);
}

/** The oldest count whose image can still be read when the counter stands at `newest`. */
function oldestIn(images: readonly string[], newest: number): number {
  return images.length === 1 ? newest : newest - images.length + 2;
}

function isPast(layout: CameraLayout, { counts }: Look, { count, view }: Shot): boolean {
  return count < oldestIn(viewOf(layout, view).images, counts[view] ?? 0);
}
