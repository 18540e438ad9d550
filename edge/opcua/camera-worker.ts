import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { FaultError } from '#host/fault.ts';
import { plainFault } from '#host/plain-fault.ts';
import type { CameraEvent } from '#edge/camera.ts';
import type { CameraWorkerData, FromCameraWorker, ToCameraWorker } from '#edge/opcua/camera-messages.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { createCredit } from '#edge/opcua/credit.ts';
import { createFrameSource } from '#edge/opcua/frame-source.ts';
import type { StationConnection } from '#edge/opcua/connection.ts';
import { createCounterSource } from '#edge/opcua/plain/counter-source.ts';
import { createPushedSource } from '#edge/opcua/plain/pushed-source.ts';
import { readFrames, type FrameSource } from '#edge/opcua/read-frames.ts';
import { frameTransport, prepareOpcua } from '#edge/opcua/transport.ts';

// A thread of its own: decoding and decrypting a frame of 20 MB blocks for 60 ms, and the takt runs on the main thread.
if (parentPort === null) throw new Error('the camera worker runs as a worker alone');
await serve(parentPort, workerData as CameraWorkerData);

async function serve(port: MessagePort, data: CameraWorkerData): Promise<void> {
  const stopper = new AbortController();
  const credit = createCredit(data.inFlight);
  const post = (message: FromCameraWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  port.on('message', (message: ToCameraWorker) => (message.kind === 'taken' ? credit.give() : stopper.abort()));
  const remark = (why: string): void => post({ kind: 'limited', why });
  prepareOpcua((text) => post({ kind: 'note', text }));
  try {
    await using connection = await connectStation(data.address, (state) =>
      post(state.kind === 'disconnected' ? { ...state, fault: plainFault(state.fault) } : state),
    );
    for await (const event of readFrames(sourceOf(data, { connection, remark, signal: stopper.signal }), data.after)) {
      await credit.take(stopper.signal);
      postEvent(post, event);
    }
  } catch (error) {
    if (error instanceof FaultError) post({ kind: 'fault', fault: plainFault(error) });
    else if (!stopper.signal.aborted) throw error;
  } finally {
    port.close();
  }
}

interface SourceTools {
  readonly connection: StationConnection;
  readonly remark: (why: string) => void;
  readonly signal: AbortSignal;
}

function sourceOf({ layout, after }: CameraWorkerData, tools: SourceTools): FrameSource {
  if (layout === null) return createFrameSource(tools.connection, tools.signal);
  const camera = { ...tools, layout, after, now: () => new Date() };
  return layout.adapter === 'counter' ? createCounterSource(camera) : createPushedSource(camera);
}

function postEvent(post: (message: FromCameraWorker, transfer?: ArrayBuffer[]) => void, event: CameraEvent): void {
  if (event.kind !== 'frame') return post({ kind: 'event', event });
  const bytes = ownBytes(event.frame.bytes);
  post({ kind: 'event', event: { kind: 'frame', frame: { ...event.frame, bytes } } }, [bytes.buffer]);
}

/**
 * Bytes whose buffer may be handed over. A message of several chunks was joined into a buffer of its own; a smaller
 * one may lie in what the socket read, together with the message after it, and is copied.
 */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const joined = bytes.byteLength > frameTransport.receiveBufferSize && bytes.byteLength > 0.9 * buffer.byteLength;
  return joined && buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}
