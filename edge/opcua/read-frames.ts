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
 * @param after where to go on; null begins with the oldest frame the camera still has, and calls none before it lost
 */
export async function* readFrames(source: FrameSource, after: FramePosition | null): AsyncGenerator<CameraEvent> {
  let at = after ? whereNow(await source.newest(), after) : notBegun;
  if (at !== notBegun) yield { kind: 'epoch', epoch: at.epoch };
  for (;;) {
    const answer = await source.next(at.frameId);
    if (!isArrival(answer)) {
      if (at === notBegun) continue;
      const newest = await source.newest();
      const from = whereNow(newest, at);
      if (from.epoch !== at.epoch) yield { kind: 'epoch', epoch: from.epoch };
      // What the camera counted and did not hand out is asked for now: the frame after it may never come.
      yield* repair(source, from, newest.frameId + 1);
      at = newest;
      continue;
    }
    const arrived = positionOf(answer);
    const from = startOf(arrived, at);
    if (from.epoch !== at.epoch) yield { kind: 'epoch', epoch: from.epoch };
    at = from;
    // A number that already came is a repetition by the camera, and stays one.
    if (arrived.frameId <= at.frameId) continue;
    yield* repair(source, at, arrived.frameId);
    yield eventOf(answer);
    at = arrived;
  }
}

const notBegun: FramePosition = { epoch: '', frameId: 0 };

/** Where reading stands when `arrived` comes after `at`: at the begin of the epoch when that changed. */
function startOf(arrived: FramePosition, at: FramePosition): FramePosition {
  if (at === notBegun) return { epoch: arrived.epoch, frameId: arrived.frameId - 1 };
  return at.epoch === arrived.epoch ? at : { epoch: arrived.epoch, frameId: 0 };
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
