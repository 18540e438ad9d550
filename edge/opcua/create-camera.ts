import { on, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { faultOf } from '#host/plain-fault.ts';
import { setFrameMemoryFlags } from '#host/frame-memory.ts';
import type { Camera, CameraEvent, FramePosition } from '#edge/camera.ts';
import type { CameraWorkerData, FromCameraWorker, ToCameraWorker } from '#edge/opcua/camera-messages.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { StationState } from '#edge/station-line.ts';

export interface CameraOptions {
  readonly address: StationAddress;
  /** The nodes of a camera that is no station; null for the camera of a station. */
  readonly layout: CameraLayout | null;
  /** Newest frame already dealt with; null begins with the oldest one in the camera's ring. */
  readonly after: FramePosition | null;
  readonly onState: (state: StationState) => void;
  /** Remarks of node-opcua, for a log at its lowest level. */
  readonly onNote: (text: string) => void;
}

// One is looked at, one waits, one is under way: more would only hold memory, the ring of the camera keeps the rest.
const inFlight = 3;
const stopPatienceMs = 3000;

/** A camera, read in a worker of its own with a connection of its own. */
export function createCamera(options: CameraOptions): Camera {
  return { frames: (signal) => readWorker(options, signal) };
}

async function* readWorker(options: CameraOptions, signal: AbortSignal): AsyncGenerator<CameraEvent> {
  if (signal.aborted) return;
  setFrameMemoryFlags();
  const { address, layout, after } = options;
  const data: CameraWorkerData = { address, layout, after, inFlight };
  const worker = new Worker(new URL('camera-worker.ts', import.meta.url), { workerData: data, name: 'camera' });
  const tell = (message: ToCameraWorker): void => worker.postMessage(message);
  try {
    for await (const [message] of on(worker, 'message', { signal, close: ['exit'] })) {
      const event = heard(message as FromCameraWorker, options);
      if (event === null) continue;
      yield event;
      tell({ kind: 'taken' });
    }
    throw new Error('the camera worker ended on its own');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    tell({ kind: 'stop' });
    await ended(worker);
  }
}

/** Deals with what is not an event of the camera. */
function heard(message: FromCameraWorker, { address, onState, onNote }: CameraOptions): CameraEvent | null {
  switch (message.kind) {
    case 'event':
      return message.event;
    case 'connected':
    case 'limited':
      onState(message);
      return null;
    case 'disconnected':
      onState({ ...message, fault: faultOf(message.fault) });
      return null;
    case 'note':
      onNote(message.text);
      return null;
    case 'fault':
      throw faultOf({ ...message.fault, place: `${address.url}, ${message.fault.place}` });
  }
}

async function ended(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return;
  const timer = setTimeout(() => void worker.terminate(), stopPatienceMs);
  await once(worker, 'exit');
  clearTimeout(timer);
}
