import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageSecurityMode, OPCUAClient } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reject, trust } from '#edge/cli/certificates.ts';
import { thumbprintOf } from '#edge/opcua/certificate-store.ts';
import { certificateOf, openPki, trustPeer } from '#edge/opcua/pki.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { openVisionClient } from '../support/vision-client.ts';
import { startVisionEdge, type VisionEdge } from '../support/vision-edge.ts';

let stack: AsyncDisposableStack;
let folder: string;
let edge: VisionEdge;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(scratchFolder()).path;
  edge = stack.use(await startVisionEdge(folder));
}, 600_000);
afterAll(() => stack.disposeAsync());

describe('the vision server of an edge node', () => {
  test('lets nobody in who is not trusted, and trusts and rejects a client without a restart', async () => {
    const clientPki = join(folder, 'client');
    await (await openPki(clientPki, 'VisionClient', new Date())).manager.dispose();
    await trustPeer(clientPki, edge.pkiDir, 'server');
    const refused = /disconnect|rejected|BadSecurityChecksFailed/i;
    await expect(openVisionClient(edge.url, clientPki)).rejects.toThrow(refused);
    const thumbprint = thumbprintOf(new X509Certificate(await readFile(certificateOf(clientPki))));
    await trust(edge.pkiDir, thumbprint);
    const client = await openVisionClient(edge.url, clientPki);
    expect((await client.states())[0]).toBe('Preoperational');
    await client[Symbol.asyncDispose]();
    await reject(edge.pkiDir, thumbprint);
    await expect(openVisionClient(edge.url, clientPki)).rejects.toThrow(refused);
  });

  test('offers nobody a channel without encryption', async () => {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(edge.url);
    const endpoints = await client.getEndpoints();
    await client.disconnect();
    expect(endpoints.length).toBeGreaterThan(0);
    expect(new Set(endpoints.map(({ securityMode }) => securityMode))).toEqual(
      new Set([MessageSecurityMode.SignAndEncrypt]),
    );
  });

  test('says which port is in use', async () => {
    const port = Number(new URL(edge.url.replace('opc.tcp', 'http')).port);
    const second = join(folder, 'second');
    await expect(startVisionEdge(second, port)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
