import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBadDay, type BadDay } from '#line/station/faults/bad-day.ts';
import { strikeFault } from '#line/station/faults/strike-fault.ts';
import type { Station } from '#line/station/start-station.ts';
import { addressOf, readCamera, shortOf, startTestStation, temporaryFolder, testPart } from '../support/station.ts';

let stack: AsyncDisposableStack;
let folder: string;
let badDay: BadDay;
let station: Station;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
  badDay = createBadDay();
  station = stack.use(await startTestStation(folder, { badDay }));
});
afterEach(() => stack.disposeAsync());

describe('on a bad day frames', () => {
  it.each([
    ['drop', ['f1', 'f2', 'f3', 'f4']],
    ['lose', ['f1', 'l2', 'f3', 'f4']],
    ['duplicate', ['f1', 'f2', 'f3', 'f4']],
    ['reorder', ['f1', 'f2', 'f3', 'f4']],
    ['garble', ['f1', 'l2', 'f3', 'f4']],
    ['slow-link', ['f1', 'f2', 'f3', 'f4']],
  ] as const)('come once each and in order, or are told as lost: %s', async (fault, expected) => {
    const reader = stack.use(readCamera(addressOf(station.url, folder), { epoch: station.epoch, frameId: 0 }));
    station.trigger(testPart(1));
    await reader.until((seen) => seen.length === 2);
    badDay.strike(fault, 1);
    station.trigger(testPart(2));
    station.trigger(testPart(3));
    station.trigger(testPart(4));
    const events = await reader.until((seen) => seen.length === 5);
    expect(events.slice(1).map(shortOf)).toEqual(expected);
    expect(badDay.left()).toEqual({});
    const struck = station.ledger.open().map(({ triggerNo }) => triggerNo);
    expect(struck).toEqual([1, 2, 3, 4]);
  });

  it.each(['lose', 'drop'] as const)('do not wait for the next part to be missed: %s', async (fault) => {
    const reader = stack.use(readCamera(addressOf(station.url, folder), { epoch: station.epoch, frameId: 0 }));
    badDay.strike(fault, 1);
    station.trigger(testPart(1));
    const events = await reader.until((seen) => seen.length === 2);
    expect(shortOf(events[1] ?? { kind: 'epoch', epoch: '' })).toBe(fault === 'lose' ? 'l1' : 'f1');
  });
});

describe('the faults of a simulated station', () => {
  it('are switched by its own nodes, and only by names that there are', async () => {
    const address = { url: station.url, pkiDir: null };
    expect(await strikeFault(address, { fault: 'black', amount: 3 })).toBe('{"black":3}');
    expect(badDay.left()).toEqual({ black: 3 });
    expect(await strikeFault(address, { fault: 'black', amount: 0 })).toBe('{}');
    await expect(strikeFault(address, { fault: 'fire' as 'black', amount: 1 })).rejects.toThrow('BadInvalidArgument');
  });

  it.each([
    ['restart', 1],
    ['certificate', 1],
    ['small-messages', 2],
    ['coalesce', 2],
  ] as const)('end the server and begin a new epoch on the same port: %s', async (fault, starts) => {
    const reader = stack.use(readCamera(addressOf(station.url, folder), { epoch: station.epoch, frameId: 0 }));
    station.trigger(testPart(1, { bytes: 100_000 }));
    await reader.until((seen) => seen.length === 2);
    const epochs = new Set([station.epoch]);
    badDay.strike(fault, 300);
    while (epochs.add(station.epoch).size <= starts) await pause();
    station.trigger(testPart(2, { bytes: 100_000 }));
    const events = await reader.until((seen) => seen.filter(({ kind }) => kind === 'frame').length >= 2);
    expect(events.map(shortOf).join(' ')).toMatch(/^e f1( e)+ f1$/);
    expect(station.ledger.open().map(({ triggerNo }) => triggerNo)).toEqual([1, 2]);
  });
});

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
