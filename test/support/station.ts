import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraEvent, FramePosition } from '#edge/camera.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import type { StationState } from '#edge/station-line.ts';
import type { ShownPart } from '#line/part-source.ts';
import { startStation, type Station, type StationOptions } from '#line/station/start-station.ts';

/** A part with `views` pictures of `bytes` bytes that say in their first bytes whose they are. */
export function testPart(number: number, { views = 1, bytes = 2000, defective = false } = {}): ShownPart {
  return {
    serial: `T-${String(number).padStart(4, '0')}`,
    attempt: 1,
    lot: 'L-1',
    productId: 'test-product',
    recipeId: 'test-recipe',
    views: Array.from({ length: views }, (_, index) => {
      const content = Buffer.alloc(bytes, number % 251);
      content.writeUInt32LE(number, 0);
      content.writeUInt32LE(index, 4);
      const viewId = `view-${index}`;
      return { viewId, cameraId: `cam-${index}`, encoding: 'png', widthPx: 8, heightPx: 6, bytes: content };
    }),
    truth: { defective, defects: [], known: true },
  };
}

/** A folder that goes away with its holder. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'hairline-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

let epochs = 0;

/** A station on a free port that has seen no part. */
export function startTestStation(dataDir: string, options: Partial<StationOptions> = {}): Promise<Station> {
  prepareOpcua(() => undefined);
  return startStation({
    host: '127.0.0.1',
    port: 0,
    security: 'None',
    applicationName: 'TestStation',
    dataDir,
    newEpoch: () => `epoch-${(epochs += 1)}`,
    ringFrames: 32,
    now: () => new Date(),
    failed: (error) => {
      throw error;
    },
    ...options,
  });
}

/** How an edge node reaches a test station. */
export function addressOf(url: string, folder: string): StationAddress {
  return { url, security: 'None', pkiDir: join(folder, 'edge-pki') };
}

export interface CameraReader extends AsyncDisposable {
  /** Every event so far, in order. */
  readonly events: readonly CameraEvent[];
  readonly states: readonly StationState[];
  /** Resolves once the camera was looked at for the first time. */
  readonly connected: () => Promise<void>;
  /** Waits until the events are as wished. */
  readonly until: (reached: (events: readonly CameraEvent[]) => boolean) => Promise<readonly CameraEvent[]>;
}

/** Reads a camera in the background, as fast as it comes. */
export function readCamera(
  address: StationAddress,
  after: FramePosition | null = null,
  layout: CameraLayout | null = null,
): CameraReader {
  const stopper = new AbortController();
  const events: CameraEvent[] = [];
  const states: StationState[] = [];
  let changed = Promise.withResolvers<void>();
  const camera = createCamera({
    address,
    layout,
    after,
    onState: (state) => states.push(state),
    onNote: () => undefined,
  });
  const reading = (async () => {
    for await (const event of camera.frames(stopper.signal)) {
      events.push(event);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  return {
    events,
    states,
    connected: async () => {
      while (!states.some((state) => state.kind === 'connected')) await sleep(20);
      await sleep(500);
    },
    until: async (reached) => {
      while (!reached(events)) await Promise.race([changed.promise, reading.then(() => Promise.reject(ended()))]);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      stopper.abort();
      await reading;
    },
  };
}

function ended(): Error {
  return new Error('the camera ended before its events were as wished');
}

/** One word an event, for tables: `f7` frame, `l7` lost, `e` epoch. */
export function shortOf(event: CameraEvent): string {
  if (event.kind === 'epoch') return 'e';
  return event.kind === 'frame' ? `f${event.frame.frameId}` : `l${event.frameId}`;
}
