import { FaultError } from '#host/fault.ts';
import type { CameraEvent, FramePosition } from '#edge/camera.ts';
import type { Frame } from '#edge/frame.ts';

/** Answer of a camera to one question for a frame. */
export type FrameAnswer =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A frame without readable facts about its trigger: it can belong to no inspection. */
  | { readonly kind: 'malformed'; readonly epoch: string; readonly frameId: number }
  /** Nothing new; whether the camera is still the same has to be asked. */
  | { readonly kind: 'none' }
  /** The camera was not asked, because it may be another than before: that has to be asked first. */
  | { readonly kind: 'anew' }
  /** No longer in the ring. */
  | { readonly kind: 'gone' };

/** Frames by number, as a camera offers them. */
export interface FrameSource {
  newest(): Promise<FramePosition>;
  /** Waits for the next frame above a number, some seconds at most. */
  next(after: number): Promise<FrameAnswer>;
  get(frameId: number): Promise<FrameAnswer>;
}

type Arrival = Extract<FrameAnswer, { kind: 'frame' | 'malformed' }>;

/**
 * Turns numbered frames into a sequence without holes: each number of an epoch comes once and in order, as a frame or
 * as lost. A hole is filled from the ring where it can be. Ends only by an error of the source.
 * @throws FaultError STATION_PROTOCOL when the numbers of one epoch run backwards
 * @param after where to go on; null begins with the oldest frame the camera still has, and calls lost only what came
 * after the first look at the camera
 */
export async function* readFrames(source: FrameSource, after: FramePosition | null): AsyncGenerator<CameraEvent> {
  const first = await source.newest();
  // Told before the first frame: from now on none is missed.
  yield { kind: 'epoch', epoch: first.epoch };
  let { at, pending }: Begin = after ? { at: whereNow(first, after), pending: null } : await firstSign(source, first);
  if (at.epoch !== first.epoch) yield { kind: 'epoch', epoch: at.epoch };
  for (;;) {
    const answer = pending ?? (await source.next(at.frameId));
    pending = null;
    if (!isArrival(answer)) {
      const newest = await source.newest();
      const from = whereNow(newest, at);
      if (from.epoch !== at.epoch) yield { kind: 'epoch', epoch: from.epoch };
      // What the camera counted and did not hand out is asked for now: the frame after it may never come.
      yield* repair(source, from, newest.frameId + 1);
      at = newest;
      continue;
    }
    const arrived = positionOf(answer);
    const from = arrived.epoch === at.epoch ? at : { epoch: arrived.epoch, frameId: 0 };
    if (from.epoch !== at.epoch) yield { kind: 'epoch', epoch: from.epoch };
    at = from;
    // A number that already came is a repetition by the camera, and stays one.
    if (arrived.frameId <= at.frameId) continue;
    yield* repair(source, at, arrived.frameId);
    yield eventOf(answer);
    at = arrived;
  }
}

interface Begin {
  /** The position before the first frame. */
  readonly at: FramePosition;
  /** An answer that is not yet dealt with. */
  readonly pending: Arrival | null;
}

/**
 * Waits for the first frame, or for the word that there was one: an older one that the ring still has, or else the one
 * after those that the camera had at the first look. A camera that started anew meanwhile is read from its begin on.
 */
async function firstSign(source: FrameSource, first: FramePosition): Promise<Begin> {
  for (;;) {
    const answer = await source.next(0);
    if (isArrival(answer)) {
      const { epoch, frameId } = positionOf(answer);
      const before = epoch === first.epoch ? Math.min(first.frameId, frameId - 1) : 0;
      return { at: { epoch, frameId: before }, pending: answer };
    }
    // Says nothing of what the ring has: to begin at its newest would pass over the frames before, unseen by anybody.
    if (answer.kind === 'anew') continue;
    const newest = await source.newest();
    const at = whereNow(newest, first);
    if (at.epoch !== first.epoch || newest.frameId > at.frameId) return { at, pending: null };
  }
}

/** The position, or the begin of the epoch that the camera is in by now. */
function whereNow(newest: FramePosition, at: FramePosition): FramePosition {
  if (newest.epoch !== at.epoch) return { epoch: newest.epoch, frameId: 0 };
  if (newest.frameId >= at.frameId) return at;
  throw new FaultError('STATION_PROTOCOL', 'the camera began to count anew without a new epoch', {
    place: `epoch ${at.epoch}, frame ${newest.frameId} after ${at.frameId}`,
    wayOut: 'Give the camera a new epoch at each of its starts, as docs/opcua.md says.',
  });
}

async function* repair(source: FrameSource, at: FramePosition, upTo: number): AsyncGenerator<CameraEvent> {
  for (let frameId = at.frameId + 1; frameId < upTo; frameId += 1) {
    const answer = await source.get(frameId);
    const fits = isArrival(answer) && positionOf(answer).epoch === at.epoch && positionOf(answer).frameId === frameId;
    yield fits ? eventOf(answer) : { kind: 'lost', epoch: at.epoch, frameId, why: 'overwritten' };
  }
}

function isArrival(answer: FrameAnswer): answer is Arrival {
  return answer.kind === 'frame' || answer.kind === 'malformed';
}

function positionOf(answer: Arrival): FramePosition {
  const { epoch, frameId } = answer.kind === 'frame' ? answer.frame : answer;
  return { epoch, frameId };
}

function eventOf(answer: Arrival): CameraEvent {
  if (answer.kind === 'frame') return answer;
  return { kind: 'lost', epoch: answer.epoch, frameId: answer.frameId, why: 'malformed' };
}
