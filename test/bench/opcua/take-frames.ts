import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { frameMemoryFlags } from '#host/frame-memory.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import { openPki, trustPeer } from '#edge/opcua/pki.ts';
import type { StationSecurity } from '#edge/opcua/transport.ts';
import type { Shoot } from './camera-process.ts';

/** The camera process, and where its servers are. */
export interface BenchCamera extends AsyncDisposable {
  readonly urls: { readonly next: string; readonly plain: string };
  readonly rawPort: number;
  readonly edgePki: string;
  readonly shoot: (what: Shoot) => void;
}

/** Starts the camera of the bench; both sides trust each other. */
export async function startBenchCamera(folder: string, security: StationSecurity): Promise<BenchCamera> {
  const edgePki = join(folder, 'edge-pki');
  const sides = { 'edge-pki': 'HairlineEdge', 'camera-pki': 'Bench', 'plain-pki': 'PlainCamera' };
  for (const [name, application] of Object.entries(sides))
    await (await openPki(join(folder, name), application, new Date())).manager.dispose();
  for (const name of ['camera-pki', 'plain-pki']) {
    await trustPeer(join(folder, name), edgePki, 'edge');
    await trustPeer(edgePki, join(folder, name), name);
  }
  const child: ChildProcess = fork(join(import.meta.dirname, 'camera-process.ts'), [folder, security], {
    execArgv: [...frameMemoryFlags],
  });
  const [facts] = (await once(child, 'message')) as [{ next: string; plain: string; raw: number }];
  return {
    urls: facts,
    rawPort: facts.raw,
    edgePki,
    shoot: (what) => void child.send(what),
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** What came of one case. */
export interface Taken {
  readonly megabytesPerSecond: number;
  /** Lag of the main thread meanwhile, ms. */
  readonly lagP99Ms: number;
  readonly lost: number;
}

export interface Case {
  readonly address: StationAddress;
  readonly layout: CameraLayout | null;
  readonly way: Shoot['way'];
  readonly bytes: number;
  readonly frames: number;
  /** Time between two frames; 0: the next one as soon as the one before is here. */
  readonly everyMs: number;
}

const lagResolutionMs = 1;
/** A camera runs all day: what is compiled meanwhile, at its start, is not its pace. */
const warmUp = 20;

/** Takes frames through the camera port, one at a time or at a rate. */
export async function takeFrames(
  camera: BenchCamera,
  { address, layout, way, bytes, frames, everyMs }: Case,
): Promise<Taken> {
  const stopper = new AbortController();
  const connected = Promise.withResolvers<void>();
  const port = createCamera({
    address,
    layout,
    after: null,
    onState: (state) => state.kind === 'connected' && connected.resolve(),
    onNote: () => undefined,
  });
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  const shoot = (): void => camera.shoot({ way, bytes });
  // What the ring still has of the case before comes first.
  let begun = false;
  const begin = (): void => {
    begun = true;
    shoot();
  };
  void connected.promise.then(() => sleep(500)).then(begin);
  let [taken, lost, startedMs] = [0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  for await (const event of port.frames(stopper.signal)) {
    if (event.kind === 'epoch' || !begun) continue;
    if (event.kind === 'lost') lost += 1;
    else if (event.frame.bytes.byteLength === bytes) taken += 1;
    if (taken + lost === warmUp) {
      startedMs = performance.now();
      lag.enable();
      if (everyMs > 0) timer = setInterval(shoot, everyMs);
    }
    if (taken + lost >= warmUp + frames) break;
    if (everyMs === 0 || taken + lost < warmUp) shoot();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  clearInterval(timer);
  lag.disable();
  stopper.abort();
  const lagP99Ms = Math.max(0, lag.percentile(99) / 1e6 - lagResolutionMs);
  return { megabytesPerSecond: (frames * bytes) / 1e6 / seconds, lagP99Ms, lost };
}

/** The same bytes over a bare TCP connection, joined into one buffer a frame; MB/s. */
export async function copyRaw(camera: BenchCamera, bytes: number, frames: number): Promise<number> {
  const socket = connect(camera.rawPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const shoot = (): void => camera.shoot({ way: 'raw', bytes });
  await sleep(100);
  let [taken, have, startedMs] = [0, 0, 0];
  let parts: Buffer[] = [];
  shoot();
  for await (const data of socket as AsyncIterable<Buffer>) {
    parts.push(data);
    have += data.length;
    if (have < bytes) continue;
    if (Buffer.concat(parts, bytes).length !== bytes) throw new Error('a frame cut short');
    [parts, have, taken] = [[], 0, taken + 1];
    if (taken === warmUp) startedMs = performance.now();
    if (taken === warmUp + frames) break;
    shoot();
  }
  return (frames * bytes) / 1e6 / ((performance.now() - startedMs) / 1000);
}
