import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CameraEvent } from '#edge/camera.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { plainLayout, startPlainCamera } from '../support/plain-camera.ts';
import {
  addressOf,
  readCamera,
  shortOf,
  startTestStation,
  temporaryFolder,
  testPart,
  type CameraReader,
} from '../support/station.ts';
import { startProxy, type Proxy } from '../support/tcp-proxy.ts';

/** A camera of one kind, with a line before it that can be cut. */
interface Subject extends AsyncDisposable {
  readonly url: string;
  readonly layout: CameraLayout | null;
  readonly shoot: (number: number, bytes?: number) => void;
}

interface Kind {
  readonly kind: string;
  /** Frames that a reader who is away for some time still gets. */
  readonly kept: number;
  readonly start: (folder: string, views: number, port?: number) => Promise<Subject>;
}

function plain(adapter: 'counter' | 'pushed', slots: number): Kind['start'] {
  return async (folder, views, port = 0) => {
    const camera = await startPlainCamera(join(folder, 'plain-pki'), { views, slots, port });
    return {
      url: camera.url,
      layout: plainLayout(adapter, { views, slots }),
      shoot: (number, bytes) =>
        camera.shoot(testPart(number, { views, bytes: bytes ?? 2000 }).views.map((view) => view.bytes)),
      [Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
    };
  };
}

const kinds: readonly Kind[] = [
  {
    kind: 'NextFrame',
    kept: 32,
    start: async (folder, views, port = 0) => {
      const station = await startTestStation(folder, { port });
      return {
        url: station.url,
        layout: null,
        shoot: (number, bytes) => void station.trigger(testPart(number, { views, bytes: bytes ?? 2000 })),
        [Symbol.asyncDispose]: () => station[Symbol.asyncDispose](),
      };
    },
  },
  { kind: 'counter and image', kept: 1, start: plain('counter', 1) },
  { kind: 'counter and slots', kept: 7, start: plain('counter', 8) },
  { kind: 'pushed image', kept: 1, start: plain('pushed', 1) },
];

let stack: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
});
afterEach(() => stack.disposeAsync());

describe.each(kinds)('a camera by $kind', ({ start, kept }) => {
  const begin = async (views = 1): Promise<{ camera: Subject; proxy: Proxy; reader: CameraReader }> => {
    const camera = stack.use(await start(folder, views));
    const proxy = stack.use(await startProxy(camera.url));
    const reader = stack.use(readCamera(addressOf(proxy.url, folder), null, camera.layout));
    await reader.connected();
    return { camera, proxy, reader };
  };

  it('gives every frame once, in order, with its own bytes', async () => {
    const { camera, reader } = await begin();
    for (let number = 1; number <= 20; number += 1) {
      camera.shoot(number);
      await reader.until((events) => framesOf(events).length === number);
    }
    expect(reader.events.map(shortOf)).toEqual(['e', ...numbers(1, 20)]);
    for (const [index, { bytes, frameId }] of framesOf(reader.events).entries()) {
      expect(frameId).toBe(index + 1);
      expect(Buffer.from(bytes).readUInt32LE(0)).toBe(index + 1);
    }
  });

  it('joins the views of a part', async () => {
    const { camera, reader } = await begin(2);
    camera.shoot(1);
    await reader.until((seen) => framesOf(seen).length === 2);
    camera.shoot(2);
    const events = await reader.until((seen) => framesOf(seen).length === 4);
    for (const { frameId, triggerNo, viewId, viewCount } of framesOf(events)) {
      const view = (frameId - 1) % 2;
      expect({ triggerNo, viewId, viewCount }).toEqual({
        triggerNo: Math.ceil(frameId / 2),
        viewId: `view-${view}`,
        viewCount: 2,
      });
    }
  });

  it('brings a frame of 20 MB', async () => {
    const { camera, reader } = await begin();
    camera.shoot(1, 20_000_000);
    const events = await reader.until((seen) => framesOf(seen).length === 1);
    expect(framesOf(events)[0]?.bytes.byteLength).toBe(20_000_000);
  });

  it('leaves no number out over a cut: each is a frame or lost, and what is kept comes', async () => {
    const { camera, proxy, reader } = await begin();
    camera.shoot(1);
    await reader.until((events) => framesOf(events).length === 1);
    proxy.cut();
    for (let number = 2; number <= 10; number += 1) camera.shoot(number);
    await reader.until((events) => lastId(events) === 10);
    camera.shoot(11);
    const events = await reader.until((seen) => lastId(seen) === 11);
    const first = Math.max(2, 10 - kept + 1);
    const lost = Array.from({ length: first - 2 }, (_, index) => `l${index + 2}`);
    expect(events.map(shortOf)).toEqual(['e', 'f1', ...lost, ...numbers(first, 11)]);
  });

  it('leaves no number out of a new epoch though it saw no frame of the one before', async () => {
    const camera = await start(folder, 1);
    const proxy = stack.use(await startProxy(camera.url));
    const reader = stack.use(readCamera(addressOf(proxy.url, folder), null, camera.layout));
    await reader.connected();
    // Nobody gets through until three frames were taken.
    proxy.onData = () => 'cut';
    await camera[Symbol.asyncDispose]();
    const port = Number(new URL(camera.url.replace('opc.tcp:', 'http:')).port);
    const again = stack.use(await start(folder, 1, port));
    for (let number = 1; number <= 3; number += 1) again.shoot(number);
    proxy.onData = null;
    const events = await reader.until((seen) => lastId(seen) === 3);
    const first = Math.max(1, 3 - kept + 1);
    const lost = Array.from({ length: first - 1 }, (_, index) => `l${index + 1}`);
    // The epoch without a frame was told too: the station may trigger from the first look on.
    expect(events.map(shortOf)).toEqual(['e', 'e', ...lost, ...numbers(first, 3)]);
  });

  it('begins a new epoch when the camera starts anew', async () => {
    const camera = await start(folder, 1);
    const reader = stack.use(readCamera(addressOf(camera.url, folder), null, camera.layout));
    await reader.connected();
    camera.shoot(1);
    await reader.until((events) => framesOf(events).length === 1);
    await camera[Symbol.asyncDispose]();
    const port = Number(new URL(camera.url.replace('opc.tcp:', 'http:')).port);
    const again = stack.use(await start(folder, 1, port));
    again.shoot(1);
    const events = await reader.until((seen) => framesOf(seen).length >= 2);
    const epochs = new Set(framesOf(events).map((frame) => frame.epoch));
    expect(epochs.size).toBe(2);
    expect(framesOf(events)[1]).toMatchObject({ frameId: 1 });
  });
});

describe.each(['counter', 'pushed'] as const)(
  'a plain camera by %s that counts anew without a new start',
  (adapter) => {
    it('has a new epoch from then on, and no number of it goes unsaid', async () => {
      const camera = stack.use(await startPlainCamera(join(folder, 'plain-pki')));
      const reader = stack.use(readCamera(addressOf(camera.url, folder), null, plainLayout(adapter)));
      await reader.connected();
      const shoot = async (number: number, reached: number): Promise<void> => {
        camera.shoot(testPart(number).views.map((view) => view.bytes));
        await reader.until((events) => events.slice(-1).map(shortOf).join() === `f${reached}`);
      };
      for (let number = 1; number <= 3; number += 1) await shoot(number, number);
      camera.resetCounters();
      camera.shoot(testPart(4).views.map((view) => view.bytes));
      await shoot(5, 2);
      await shoot(6, 3);
      const seen = reader.events.map(shortOf);
      expect(seen.slice(0, 5)).toEqual(['e', 'f1', 'f2', 'f3', 'e']);
      expect(seen.slice(5).map((word) => word.slice(1))).toEqual(['1', '2', '3']);
      const epochs = framesOf(reader.events).map(({ epoch }) => epoch);
      expect(new Set(epochs.slice(0, 3)).size).toBe(1);
      expect(epochs.slice(3)).not.toContain(epochs[0]);
      expect(Buffer.from(framesOf(reader.events).at(-1)?.bytes ?? []).readUInt32LE(0)).toBe(6);
    });
  },
);

function framesOf(events: readonly CameraEvent[]) {
  return events.flatMap((event) => (event.kind === 'frame' ? [event.frame] : []));
}

function lastId(events: readonly CameraEvent[]): number {
  return Math.max(
    0,
    ...events.map((event) =>
      event.kind === 'frame' ? event.frame.frameId : event.kind === 'lost' ? event.frameId : 0,
    ),
  );
}

function numbers(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `f${from + index}`);
}
