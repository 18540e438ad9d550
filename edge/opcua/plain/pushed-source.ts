import type { DataValue } from 'node-opcua';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { createCountedFrames, type CountedFrames, type PlainCamera } from '#edge/opcua/plain/counted-frames.ts';
import { frameIdOf, shotOf } from '#edge/opcua/plain/frame-number.ts';
import { createPushBuffer, type PushBuffer } from '#edge/opcua/plain/push-buffer.ts';
import { readNodes } from '#edge/opcua/plain/read-nodes.ts';
import { sizeNodes, sizeOf } from '#edge/opcua/plain/read-shot.ts';
import { subscribeImages, type PushListener } from '#edge/opcua/plain/subscribe-images.ts';
import type { FrameAnswer, FrameSource } from '#edge/opcua/read-frames.ts';

const longPollMs = 2000;
/** How long a frame is held back for the one before it, and a look at the counters for an image to come. */
const waitMs = 500;
/** A subscription that brings nothing for so long although the counters moved is taken for dead. */
const silentMs = 4000;

interface Subscribed {
  readonly station: StationSession;
  readonly epoch: string;
  readonly buffer: PushBuffer<DataValue>;
  readonly end: () => Promise<void>;
  /** Since when the counters are ahead of what was pushed; null where they are not. */
  silentSinceMs: number | null;
  /** False until the counters were looked at: there may be frames from before. */
  isCaughtUp: boolean;
}

/**
 * Adapter 3: the server pushes images. What it did not push, from before the subscription or out of a full queue, is
 * read by its number as adapter 2 does, while the camera still shows it.
 */
export function createPushedSource(camera: PlainCamera): FrameSource {
  const { connection, signal } = camera;
  const counted = createCountedFrames(camera);
  let pushed: Subscribed | null = null;

  const subscribed = async (station: StationSession): Promise<Subscribed> => {
    const buffer = createPushBuffer<DataValue>(camera.layout.queue);
    const { epoch } = await counted.newest(station);
    const end = await subscribeImages(station, camera.layout, listenerOf(camera, buffer));
    return { station, epoch, buffer, end, silentSinceMs: null, isCaughtUp: false };
  };
  const next = async (station: StationSession, after: number): Promise<FrameAnswer> => {
    if (pushed?.station !== station) pushed = await subscribed(station);
    const endMs = performance.now() + longPollMs;
    const held: Held = { sinceMs: null };
    while (performance.now() < endMs) {
      const wanted = counted.following(pushed, after);
      const due = takeDue(pushed.buffer, wanted, held);
      if (due !== null) {
        // An image says nothing of its epoch, so the camera is asked after it came. Nobody knows then of which epoch
        // those are that wait: they are read by their numbers, or called lost.
        if ((await counted.newest(station)).epoch !== pushed.epoch) {
          await pushed.end();
          pushed = null;
          return { kind: 'none' };
        }
        if (due.frameId < wanted) continue;
        pushed.silentSinceMs = null;
        return frameOf({ camera, counted, pushed }, due.frameId, due.image);
      }
      if (pushed.isCaughtUp && (await pushed.buffer.changed(waitMs))) continue;
      const answer = await readInstead({ camera, counted, pushed }, after);
      if (answer !== null) return answer;
    }
    return { kind: 'none' };
  };
  return {
    newest: () => connection.use(counted.newest, signal),
    get: (frameId) =>
      connection.use(async (station) => {
        const answer = await counted.get(station, frameId);
        // The camera may have gone on to the next one, and this one have been pushed before.
        const image = answer.kind === 'gone' ? pushed?.buffer.take(frameId) : null;
        return image && pushed ? frameOf({ camera, counted, pushed }, frameId, image) : answer;
      }, signal),
    next: (after) => connection.use((station) => next(station, after), signal),
  };
}

interface Held {
  /** Since when a frame waits for the one before it. */
  sinceMs: number | null;
}

/** The oldest image, once it is not waited any more for the one before it; one below `wanted` came twice, or anew. */
function takeDue(
  buffer: PushBuffer<DataValue>,
  wanted: number,
  held: Held,
): { readonly frameId: number; readonly image: DataValue } | null {
  const frameId = buffer.oldest();
  if (frameId === null) return null;
  if (frameId > wanted) {
    held.sinceMs ??= performance.now();
    if (performance.now() - held.sinceMs <= waitMs) return null;
  }
  const image = buffer.take(frameId);
  return image && { frameId, image };
}

function listenerOf({ layout, remark }: PlainCamera, buffer: PushBuffer<DataValue>): PushListener {
  let overflows = 0;
  return {
    arrived: (shot, image) => buffer.put(frameIdOf(shot, layout.views.length), image),
    overflowed: () => remark(`the queue of the server ran over, ${(overflows += 1)} times by now: parts were lost`),
    failed: (error) => buffer.fail(error),
    remark,
  };
}

interface Reading {
  readonly camera: PlainCamera;
  readonly counted: CountedFrames;
  readonly pushed: Subscribed;
}

/** Nothing was pushed: reads what the counters say is there. Also finds out whether the server still answers. */
async function readInstead({ camera, counted, pushed }: Reading, after: number): Promise<FrameAnswer | null> {
  const seen = await counted.look(pushed.station);
  if (seen === null) return { kind: 'none' };
  const isAhead = counted.ahead(seen, after) !== 'nothing';
  const isSilent = isAhead && pushed.isCaughtUp;
  pushed.isCaughtUp ||= !isAhead;
  pushed.silentSinceMs = isSilent ? (pushed.silentSinceMs ?? performance.now()) : null;
  if (!isAhead) return null;
  if (pushed.silentSinceMs !== null && performance.now() - pushed.silentSinceMs > silentMs) {
    camera.remark('the subscription brought nothing although the counters moved: it is made anew');
    throw new Error('the subscription is silent');
  }
  const read = await counted.read(pushed.station, seen, after);
  if (read !== 'gone' && read !== 'unproven') return read;
  pushed.isCaughtUp = true;
  return null;
}

async function frameOf({ camera, counted, pushed }: Reading, frameId: number, image: DataValue): Promise<FrameAnswer> {
  const { layout } = camera;
  const view = layout.views[shotOf(frameId, layout.views.length).view];
  if (!view) throw new Error(`frame ${frameId} of no view`);
  const sizes = sizeNodes(view);
  const size = sizeOf(view, sizes.length > 0 ? await readNodes(pushed.station, sizes) : []);
  return counted.frame(pushed.epoch, frameId, image, size);
}
