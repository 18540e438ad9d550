import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CameraEvent } from '#edge/camera.ts';
import { cameraFileSchema, type CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { pythonWithAsyncua, startAsyncuaCamera } from '../support/asyncua-camera.ts';
import { readCamera, shortOf, temporaryFolder } from '../support/station.ts';

// Frames from an OPC UA server that is not ours: what both sides believe is what the specification says.
const python = pythonWithAsyncua();
if (python === null) process.stderr.write('asyncua camera: not run, no python3 with asyncua here\n');

const megabyte = 1_000_000;

it.runIf(python !== null).each([
  ['counter and image', 'None'],
  ['counter and slots', 'None'],
  ['pushed image', 'None'],
  ['counter and image', 'Basic256Sha256'],
  ['pushed image', 'Basic256Sha256'],
] as const)('asyncua shows frames of 2 and 20 MB by %s, security %s', async (kind, security) => {
  await using folder = await temporaryFolder();
  await using camera = await startAsyncuaCamera(python ?? '', join(folder.path, 'asyncua'));
  const pkiDir = join(folder.path, 'edge-pki');
  await (await openPki(pkiDir, 'HairlineEdge', new Date())).manager.dispose();
  await mkdir(join(pkiDir, 'trusted', 'certs'), { recursive: true });
  await copyFile(camera.certificateFile, join(pkiDir, 'trusted', 'certs', 'asyncua.der'));
  const address = { url: camera.url, security, pkiDir, foreign: true };
  await using reader = readCamera(address, null, layoutOf(kind, camera.namespaceIndex));
  await reader.connected();
  for (const [index, bytes] of [2 * megabyte, 20 * megabyte, 2 * megabyte].entries()) {
    await camera.shoot(bytes);
    const events = await reader.until((seen) => seen.some((event) => idOf(event) === index + 1));
    const event = events.at(-1);
    const frame = event?.kind === 'frame' ? event.frame : null;
    expect(frame?.bytes.byteLength).toBe(bytes);
    expect(Buffer.from(frame?.bytes ?? []).readUInt32LE(0)).toBe(index + 1);
    expect(frame?.bytes.at(-1)).toBe(index + 1);
  }
  expect(reader.events.map(shortOf)).toEqual(['e', 'f1', 'f2', 'f3']);
});

function idOf(event: CameraEvent): number {
  if (event.kind === 'epoch') return 0;
  return event.kind === 'frame' ? event.frame.frameId : event.frameId;
}

function layoutOf(kind: string, space: number): CameraLayout {
  const node = (name: string): string => `ns=${space};s=Camera.${name}`;
  const images = kind.endsWith('slots')
    ? { slots: [0, 1, 2, 3].map((slot) => node(`Slot${slot}`)) }
    : { image: node('Image') };
  return cameraFileSchema.parse({
    adapter: kind.startsWith('counter') ? 'counter' : 'pushed',
    epoch: 'server-start',
    results: 'none',
    part: { productId: 'p', recipeId: 'r' },
    views: [
      { viewId: 'top', cameraId: 'c', counter: node('Count'), ...images, format: 'png', widthPx: 8, heightPx: 6 },
    ],
  });
}
