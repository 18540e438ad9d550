import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { prepareOpcua, type StationSecurity } from '#edge/opcua/transport.ts';
import { addCameraNodes } from '#line/station/camera-nodes.ts';
import { createServer, listen } from '#line/station/create-server.ts';
import { createFrameRing } from '#line/station/frame-ring.ts';
import { startPlainCamera } from '../../support/plain-camera.ts';
import { testPart } from '../../support/station.ts';

// The camera of the bench, as a process of its own: `camera-process.ts FOLDER SECURITY`. Each message takes one frame.
prepareOpcua(() => undefined);
const [folder = '', security = 'None'] = process.argv.slice(2);

/** What the bench asks for. */
export interface Shoot {
  readonly way: 'next' | 'plain' | 'raw';
  readonly bytes: number;
}

const ringFrames = 3;
const ring = createFrameRing(ringFrames);
const place = {
  host: '127.0.0.1',
  port: 0,
  security: security as StationSecurity,
  pkiDir: join(folder, 'camera-pki'),
  applicationName: 'Bench',
};
const { server, place: nodes } = await createServer(place);
const camera = addCameraNodes(nodes, {
  epoch: new Date().toISOString(),
  ring,
  delivery: { next: (after) => ring.after(after), delayMs: () => 0, mark: () => undefined },
});
const plain = await startPlainCamera(join(folder, 'plain-pki'), { security: place.security });
const sockets = new Set<Socket>();
const raw = createTcpServer((socket) => {
  socket.setNoDelay(true);
  sockets.add(socket.on('error', () => sockets.delete(socket)));
});
await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));

// Drawn once: a camera hands over what its sensor wrote and does not compute it.
const images = new Map<number, Buffer>();
const imageOf = (bytes: number): Buffer => {
  const image = images.get(bytes) ?? Buffer.alloc(bytes, 0x5a);
  images.set(bytes, image);
  return image;
};

process.on('message', ({ way, bytes }: Shoot) => {
  const image = imageOf(bytes);
  if (way === 'plain') return plain.shoot([image]);
  if (way === 'raw') return sockets.forEach((socket) => socket.write(image));
  const frameId = ring.newestId() + 1;
  ring.push({ frameId, triggerNo: frameId, meta: metaOf(frameId), image });
  return camera.announce();
});
process.on('disconnect', () => process.exit());
process.send?.({ next: await listen(server, place), plain: plain.url, raw: (raw.address() as AddressInfo).port });

function metaOf(triggerNo: number): string {
  const { serial, attempt, lot, productId, recipeId, views } = testPart(1);
  const { viewId = '', cameraId = '', widthPx = 0, heightPx = 0 } = views[0] ?? {};
  const at = new Date().toISOString();
  const part = { triggerNo, serial, attempt, lot, productId, recipeId, triggeredAt: at, capturedAt: at };
  return JSON.stringify({
    ...part,
    viewId,
    cameraId,
    encoding: 'png',
    widthPx,
    heightPx,
    viewCount: 1,
    simulated: true,
  });
}
