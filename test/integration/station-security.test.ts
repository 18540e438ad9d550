import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { certificates, reject, renew, trust } from '#edge/cli/certificates.ts';
import { listCertificates } from '#edge/opcua/certificate-store.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { certificateOf, openPki, renewCertificate, trustPeer } from '#edge/opcua/pki.ts';
import type { StationState } from '#edge/station-line.ts';
import type { StationOptions } from '#line/station/start-station.ts';
import { startTestStation, temporaryFolder } from '../support/station.ts';

let stack: AsyncDisposableStack;
let folder: string;
let edgePki: string;
let stationPki: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
  edgePki = join(folder, 'edge-pki');
  stationPki = join(folder, 'pki');
});
afterEach(() => stack.disposeAsync());

interface Reached {
  readonly address: StationAddress;
  readonly states: readonly StationState[];
  /** Resolves once the station lets us in. */
  readonly connected: Promise<string>;
}

/** A secured station, and a connection that tries to open for as long as the test runs. */
async function startSecured(options: Partial<StationOptions> = {}, user?: StationAddress['user']): Promise<Reached> {
  const station = stack.use(await startTestStation(folder, { security: 'Basic256Sha256', ...options }));
  return reach({ url: station.url, security: 'Basic256Sha256', pkiDir: edgePki, user });
}

async function reach(address: StationAddress): Promise<Reached> {
  const states: StationState[] = [];
  const connection = stack.use(await connectStation(address, (state) => states.push(state)));
  const stopper = new AbortController();
  const connected = connection.use(() => Promise.resolve('connected'), stopper.signal);
  connected.catch(() => undefined);
  stack.defer(() => stopper.abort());
  return { address, states, connected };
}

async function eachHasAKey(issuedAt = new Date()): Promise<void> {
  for (const [own, name] of [
    [edgePki, 'HairlineEdge'],
    [stationPki, 'TestStation'],
  ] as const) {
    await (await openPki(own, name, issuedAt)).manager.dispose();
  }
}

const faultIn = (states: readonly StationState[], code: string) =>
  vi.waitFor(
    () => {
      const fault = states.flatMap((state) => (state.kind === 'disconnected' ? [state.fault] : [])).at(-1);
      expect(fault?.code).toBe(code);
      return fault;
    },
    { timeout: 60_000, interval: 20 },
  );

const longAgo = new Date('2015-01-01T00:00:00Z');

it('an untrusted station is refused with the command that trusts it, and trusted by that command without a restart', async () => {
  await eachHasAKey();
  await trustPeer(stationPki, edgePki, 'edge');
  const reader = await startSecured();
  const fault = await faultIn(reader.states, 'STATION_UNTRUSTED');
  const [own] = await listCertificates(stationPki, 'own');
  expect(fault?.wayOut).toContain(`npm run edge -- trust ${own?.thumbprint}`);
  expect(reader.states.map(({ kind }) => kind)).not.toContain('connected');
  await trust(edgePki, own?.thumbprint.slice(0, 8) ?? '');
  expect(await reader.connected).toBe('connected');
});

it('an untrusted edge node is refused with the command that trusts it, and trusted by that command without a restart', async () => {
  await eachHasAKey();
  await trustPeer(edgePki, stationPki, 'station');
  const reader = await startSecured();
  const fault = await faultIn(reader.states, 'STATION_TRUST_REFUSED');
  const [own] = await listCertificates(edgePki, 'own');
  expect(fault?.wayOut).toContain(`npm run edge -- trust ${own?.thumbprint} --pki DIR`);
  expect(fault?.wayOut).toContain(certificateOf(edgePki));
  await trust(stationPki, own?.thumbprint ?? '');
  expect(await reader.connected).toBe('connected');
});

it('a station whose certificate ran out is refused, until a new one is trusted', async () => {
  await eachHasAKey();
  const pki = await openPki(stationPki, 'TestStation', new Date());
  await renewCertificate(pki, 'TestStation', longAgo);
  await pki.manager.dispose();
  await trustPeer(stationPki, edgePki, 'edge');
  await trustPeer(edgePki, stationPki, 'station');
  const reader = await startSecured();
  const fault = await faultIn(reader.states, 'STATION_CERTIFICATE_EXPIRED');
  expect(fault?.message).toContain('2015-01-01 to 2019-12-31');
  expect(fault?.wayOut).toContain('npm run edge -- trust');
  expect(reader.states.map(({ kind }) => kind)).not.toContain('connected');
});

it('an edge node whose certificate ran out is told to renew it, and goes on once the new one is trusted', async () => {
  await eachHasAKey();
  const pki = await openPki(edgePki, 'HairlineEdge', new Date());
  await renewCertificate(pki, 'HairlineEdge', longAgo);
  await pki.manager.dispose();
  await trustPeer(stationPki, edgePki, 'edge');
  await trustPeer(edgePki, stationPki, 'station');
  const reader = await startSecured();
  const fault = await faultIn(reader.states, 'STATION_CERTIFICATE_EXPIRED');
  expect(fault?.wayOut).toContain('npm run edge -- renew');
  await renew(edgePki);
  await trust(stationPki, certificateOf(edgePki));
  expect(await reader.connected).toBe('connected');
});

it.each([
  ['a wrong password', { kind: 'name', name: 'line1', password: 'guess' }],
  ['nobody in particular', undefined],
] as const)('%s is refused with the settings to correct', async (_name, user) => {
  await eachHasAKey();
  await trustPeer(stationPki, edgePki, 'edge');
  await trustPeer(edgePki, stationPki, 'station');
  const reader = await startSecured({ user: { name: 'line1', password: 'correct' } }, user);
  const fault = await faultIn(reader.states, 'STATION_LOGIN_REFUSED');
  expect(fault?.wayOut).toContain('HAIRLINE_OPCUA_USER');
  expect(JSON.stringify(fault)).not.toContain('guess');
  expect(reader.states.map(({ kind }) => kind)).not.toContain('connected');
});

it('a user with the right password, and an X.509 user whom the station trusts, are let in', async () => {
  await eachHasAKey();
  await trustPeer(stationPki, edgePki, 'edge');
  await trustPeer(edgePki, stationPki, 'station');
  const userPki = join(folder, 'user-pki');
  await (await openPki(userPki, 'Line1', new Date())).manager.dispose();
  await trust(join(stationPki, 'users'), certificateOf(userPki));
  const named = { name: 'line1', password: 'correct' };
  const reader = await startSecured({ user: named }, { kind: 'name', ...named });
  expect(await reader.connected).toBe('connected');
  const certificate = readFileSync(certificateOf(userPki), 'utf8');
  const key = readFileSync(join(userPki, 'own', 'private', 'private_key.pem'), 'utf8');
  const byKey = await reach({ ...reader.address, user: { kind: 'certificate', certificate, key } });
  expect(await byKey.connected).toBe('connected');
});

it('a certificate that is rejected again does not open the next connection', async () => {
  await eachHasAKey();
  await trustPeer(stationPki, edgePki, 'edge');
  await trustPeer(edgePki, stationPki, 'station');
  const [own] = await listCertificates(stationPki, 'own');
  await reject(edgePki, own?.thumbprint ?? '');
  const reader = await startSecured();
  await faultIn(reader.states, 'STATION_UNTRUSTED');
  expect(await certificates(edgePki)).toContain(`rejected  ${own?.thumbprint}`);
});

it('a certificate that was shown and then trusted by its file can be rejected again', async () => {
  await eachHasAKey();
  const [own] = await listCertificates(stationPki, 'own');
  const thumbprint = own?.thumbprint ?? '';
  await trustPeer(edgePki, stationPki, 'shown');
  await reject(edgePki, thumbprint);
  // Named by its file it lies there twice: once as it was shown, once under its thumbprint.
  await trust(edgePki, certificateOf(stationPki));
  await reject(edgePki, thumbprint.slice(0, 8));
  expect(await listCertificates(edgePki, 'trusted')).toEqual([]);
  expect(await certificates(edgePki)).toContain(`rejected  ${thumbprint}`);
});

it('a thumbprint that is not there, or too short to name one, is a fault that says how to list them', async () => {
  await eachHasAKey();
  for (const named of ['0123456789', '01']) {
    await expect(trust(edgePki, named)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_FOUND' });
  }
});
