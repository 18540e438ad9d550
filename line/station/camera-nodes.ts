import { DataType, StatusCodes, Variant, type CallMethodResultOptions, type UAMethod, type UAObject } from 'node-opcua';
import { stationNodes } from '#edge/opcua/station-nodes.ts';
import type { NodePlace } from '#line/station/create-server.ts';
import type { Delivery } from '#line/station/faults/delivery.ts';
import type { FrameRing, RingFrame } from '#line/station/frame-ring.ts';

export interface Camera {
  readonly epoch: string;
  readonly ring: FrameRing;
  readonly delivery: Delivery;
}

interface Waiter {
  readonly after: number;
  readonly answer: (result: CallMethodResultOptions) => void;
}

/** The camera's side of long polls. */
export interface CameraNodes {
  /** Answers those who wait for a frame that is now in the ring. */
  readonly announce: () => void;
  /** Lets go of everybody who waits. */
  readonly close: () => void;
}

// Below the time after which clients take a call for lost.
const longestPollMs = 10_000;
const mostWaiters = 16;
const noData: CallMethodResultOptions = { statusCode: StatusCodes.GoodNoData, outputArguments: [] };

/** Adds the object Camera with its variables and methods. */
export function addCameraNodes(place: NodePlace, camera: Camera): CameraNodes {
  const object = place.addObject(stationNodes.camera);
  const { epoch, ring, delivery } = camera;
  addVariables(place, object, camera);
  const send = (frame: RingFrame, answer: Waiter['answer']): void => {
    const delayMs = delivery.delayMs(frame);
    if (delayMs === 0) answer(answerOf(epoch, frame));
    else setTimeout(() => answer(answerOf(epoch, frame)), delayMs);
  };
  addMethod(place, object, 'GetFrame', ['frameId']).bindMethod((inputs, _context, callback) => {
    const frame = ring.get(Number(inputs[0]?.value));
    if (frame) send(frame, (answer) => callback(null, answer));
    else callback(null, { statusCode: StatusCodes.BadNoData, outputArguments: [] });
  });
  const waiters = new Set<Waiter>();
  addMethod(place, object, 'NextFrame', ['after', 'timeoutMs']).bindMethod((inputs, _context, callback) => {
    const [after, timeoutMs] = inputs.map((input) => Number(input.value));
    const frame = delivery.next(after ?? 0);
    if (frame) return send(frame, (answer) => callback(null, answer));
    const refusal = refusalOf(after ?? 0, ring, waiters.size);
    if (refusal) return callback(null, refusal);
    const timer = setTimeout(() => waiter.answer(noData), Math.min(timeoutMs ?? 0, longestPollMs));
    const waiter: Waiter = {
      after: after ?? 0,
      answer: (result) => {
        clearTimeout(timer);
        if (waiters.delete(waiter)) callback(null, result);
      },
    };
    waiters.add(waiter);
  });
  return {
    announce: () => {
      for (const waiter of waiters) {
        const frame = delivery.next(waiter.after);
        if (frame) send(frame, waiter.answer);
      }
    },
    close: () => waiters.forEach((waiter) => waiter.answer(noData)),
  };
}

/** A number ahead of the camera was given by an earlier epoch: waiting for it would pass over all frames until then. */
function refusalOf(after: number, ring: FrameRing, waiting: number): CallMethodResultOptions | null {
  if (after > ring.newestId()) return { statusCode: StatusCodes.BadOutOfRange, outputArguments: [] };
  if (waiting >= mostWaiters) return { statusCode: StatusCodes.BadTooManyOperations, outputArguments: [] };
  return null;
}

function answerOf(epoch: string, frame: RingFrame): CallMethodResultOptions {
  return {
    statusCode: StatusCodes.Good,
    outputArguments: [
      { dataType: DataType.String, value: epoch },
      { dataType: DataType.UInt32, value: frame.frameId },
      { dataType: DataType.String, value: frame.meta },
      { dataType: DataType.ByteString, value: frame.image },
    ],
  };
}

function addVariables({ namespace }: NodePlace, object: UAObject, { epoch, ring }: Camera): void {
  const add = (browseName: string, dataType: DataType, value: () => string | number): void => {
    namespace.addVariable({
      componentOf: object,
      browseName,
      nodeId: `s=${stationNodes.camera}.${browseName}`,
      dataType,
      accessLevel: 'CurrentRead',
      minimumSamplingInterval: 50,
      value: { get: () => new Variant({ dataType, value: value() }) },
    });
  };
  add('Epoch', DataType.String, () => epoch);
  add('FrameId', DataType.UInt32, () => ring.newestId());
}

function addMethod({ namespace }: NodePlace, object: UAObject, name: string, inputs: readonly string[]): UAMethod {
  return namespace.addMethod(object, {
    browseName: name,
    nodeId: `s=${stationNodes.camera}.${name}`,
    inputArguments: inputs.map((input) => ({ name: input, dataType: DataType.UInt32 })),
    outputArguments: [
      { name: 'epoch', dataType: DataType.String },
      { name: 'frameId', dataType: DataType.UInt32 },
      { name: 'meta', dataType: DataType.String },
      { name: 'image', dataType: DataType.ByteString },
    ],
  });
}
