import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraEvent } from '#edge/camera.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import { openPki, trustPeer } from '#edge/opcua/pki.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import { createBadDay } from '#line/station/faults/bad-day.ts';
import type { Station } from '#line/station/start-station.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import { addressOf, readCamera, shortOf, startTestStation, temporaryFolder, testPart } from '../support/station.ts';

let stack: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
});
afterEach(() => stack.disposeAsync());

describe('frames of a station', () => {
  it('come without a gap, each with its own bytes and facts', async () => {
    const station = stack.use(await startTestStation(folder, { ringFrames: 400 }));
    const reader = stack.use(readCamera(addressOf(station.url, folder)));
    for (let number = 1; number <= 100; number += 1) {
      station.trigger(testPart(number, { views: 2, bytes: number % 10 === 0 ? 2_000_000 : 40_000 }));
      if (number % 10 === 0) await reader.until((events) => events.length >= number);
    }
    const events = await reader.until((seen) => seen.length === 201);
    expect(events.map(shortOf)).toEqual(['e', ...Array.from({ length: 200 }, (_, index) => `f${index + 1}`)]);
    for (const event of events) {
      if (event.kind !== 'frame') continue;
      const { frame } = event;
      const number = Math.ceil(frame.frameId / 2);
      const view = (frame.frameId - 1) % 2;
      expect(frame).toMatchObject({ triggerNo: number, viewId: `view-${view}`, viewCount: 2, simulated: true });
      const content = testPart(number, { views: 2, bytes: frame.bytes.byteLength }).views[view]?.bytes;
      expect(Buffer.compare(frame.bytes, content ?? Buffer.alloc(0))).toBe(0);
    }
  });

  it('that the camera passed over are fetched by number, in order', async () => {
    const badDay = createBadDay();
    const station = stack.use(await startTestStation(folder, { badDay }));
    const reader = stack.use(readCamera(addressOf(station.url, folder), { epoch: station.epoch, frameId: 0 }));
    for (let number = 1; number <= 9; number += 1) {
      if (number % 3 === 1) badDay.strike('drop', 1);
      station.trigger(testPart(number));
    }
    const events = await reader.until((seen) => seen.length === 10);
    expect(events.map(shortOf)).toEqual(['e', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9']);
  });

  it('that the ring overwrote are told as lost, each by its number', async () => {
    const station = stack.use(await startTestStation(folder, { ringFrames: 4 }));
    for (let number = 1; number <= 10; number += 1) decide(station, station.trigger(testPart(number)));
    const reader = stack.use(readCamera(addressOf(station.url, folder), { epoch: station.epoch, frameId: 2 }));
    const events = await reader.until((seen) => seen.length === 9);
    expect(events.map(shortOf)).toEqual(['e', 'l3', 'l4', 'l5', 'l6', 'f7', 'f8', 'f9', 'f10']);
  });

  it('begin with the oldest in the ring when nothing is known of them yet', async () => {
    const station = stack.use(await startTestStation(folder, { ringFrames: 4 }));
    for (let number = 1; number <= 10; number += 1) decide(station, station.trigger(testPart(number)));
    const reader = stack.use(readCamera(addressOf(station.url, folder)));
    const events = await reader.until((seen) => seen.length === 5);
    expect(events.map(shortOf)).toEqual(['e', 'f7', 'f8', 'f9', 'f10']);
  });

  it('go on in a new epoch from its first one when the station starts again', async () => {
    const first = await startTestStation(folder);
    const reader = stack.use(readCamera(addressOf(first.url, folder)));
    for (let number = 1; number <= 5; number += 1) first.trigger(testPart(number));
    await reader.until((seen) => seen.length === 6);
    await first[Symbol.asyncDispose]();
    const port = Number(new URL(first.url.replace('opc.tcp:', 'http:')).port);
    const second = stack.use(await startTestStation(folder, { port }));
    expect(second.ledger.open().map((trigger) => trigger.triggerNo)).toEqual([1, 2, 3, 4, 5]);
    const trigger = second.trigger(testPart(6));
    expect(trigger).toMatchObject({ triggerNo: 6, epoch: second.epoch, frameIds: { 'view-0': 1 } });
    const events = await reader.until((seen) => seen.length === 8);
    expect(events.slice(6).map(shortOf)).toEqual(['e', 'f1']);
    expect(events[6]).toEqual({ kind: 'epoch', epoch: second.epoch });
    expect(reader.states.map((state) => state.kind)).toContain('disconnected');
  });

  it('survive a cut of the connection', async () => {
    const station = stack.use(await startTestStation(folder));
    const proxy = stack.use(await startProxy(station.url));
    const reader = stack.use(readCamera(addressOf(proxy.url, folder)));
    for (let number = 1; number <= 4; number += 1) station.trigger(testPart(number));
    await reader.until((seen) => seen.length === 5);
    proxy.cut();
    for (let number = 5; number <= 20; number += 1) station.trigger(testPart(number));
    const events = await reader.until((seen) => seen.length === 21);
    expect(events.map(shortOf)).toEqual(['e', ...Array.from({ length: 20 }, (_, index) => `f${index + 1}`)]);
  });

  it('stay in the ring until the reader takes them', async () => {
    const station = stack.use(await startTestStation(folder, { ringFrames: 4 }));
    const stopper = new AbortController();
    const address = addressOf(station.url, folder);
    const camera = createCamera({
      address,
      layout: null,
      after: null,
      onState: () => undefined,
      onNote: () => undefined,
    });
    const events = camera.frames(stopper.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => shortOf((await events.next()).value as CameraEvent);
    decide(station, station.trigger(testPart(1)));
    expect([await next(), await next()]).toEqual(['e', 'f1']);
    for (let number = 2; number <= 30; number += 1) {
      decide(station, station.trigger(testPart(number)));
      await sleep(20);
    }
    const seen: string[] = [];
    while (seen.length < 29) seen.push(await next());
    // Three on the way and one in the hand of the worker; the ring holds the last four.
    const early = seen.findIndex((event) => event.startsWith('l'));
    expect(early).toBeLessThanOrEqual(4);
    const expected = Array.from({ length: 29 }, (_, index) => {
      const kept = index < early || index >= 25;
      return `${kept ? 'f' : 'l'}${index + 2}`;
    });
    expect(seen).toEqual(expected);
    stopper.abort();
    expect(await events.next()).toMatchObject({ done: true });
  });

  it('come over a signed and encrypted channel when each side trusts the other', async () => {
    const address = { ...addressOf('', folder), security: 'Basic256Sha256' as const };
    const stationPki = join(folder, 'pki');
    for (const [own, name] of [
      [address.pkiDir, 'HairlineEdge'],
      [stationPki, 'TestStation'],
    ] as const) {
      await (await openPki(own, name, new Date())).manager.dispose();
    }
    await trustPeer(stationPki, address.pkiDir, 'edge');
    await trustPeer(address.pkiDir, stationPki, 'station');
    const station = stack.use(await startTestStation(folder, { security: 'Basic256Sha256' }));
    const reader = stack.use(readCamera({ ...address, url: station.url }));
    station.trigger(testPart(1, { bytes: 3_000_000 }));
    const events = await reader.until((seen) => seen.length === 2);
    expect(events.map(shortOf)).toEqual(['e', 'f1']);
  });

  it('do not come from a station that is not trusted', async () => {
    const station = stack.use(await startTestStation(folder, { security: 'Basic256Sha256' }));
    const reader = stack.use(readCamera({ ...addressOf(station.url, folder), security: 'Basic256Sha256' }));
    station.trigger(testPart(1));
    await vi.waitFor(() => expect(reader.states.length).toBeGreaterThan(0), 20_000);
    expect(reader.states[0]).toMatchObject({ kind: 'disconnected', fault: { code: 'STATION_UNTRUSTED' } });
    expect(reader.events).toEqual([]);
  });
});

function decide(station: Station, trigger: OpenTrigger | null): void {
  if (trigger === null) throw new Error('the line stands still');
  const { epoch, triggerNo, serial } = trigger;
  const inspectionId = `inspection-${triggerNo}`;
  station.ledger.latch({ sequence: triggerNo, epoch, triggerNo, serial, inspectionId, verdict: 1 }, triggerNow);
}

const triggerNow = '2026-01-01T00:00:00.000Z';
