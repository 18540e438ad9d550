import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Detect } from '#edge/detect/detect.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import {
  boardPng,
  boardRecipe,
  findWhiteCorner,
  startTestEdge,
  triggerBoard,
  type TestEdge,
} from '../support/edge-station.ts';
import { createRingStation, type RingStation } from '../support/ring-station.ts';

function reasonsOf(edge: TestEdge): string[] {
  return edge.messages().map((message) => {
    const words = new Set(message.reasons.map(({ code, detail }) => `${code} ${detail}`.trim()));
    return `${message.verdict}: ${[...words].join(', ')}`;
  });
}

const never: Detect = () => new Promise(() => undefined);

describe('a station', () => {
  test('gets one verdict for every trigger, in the order of the triggers', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const slowFirst: Detect = async (image, golden, signal) => {
      await sleep(image.data[0] === 255 ? 60 : 1);
      return findWhiteCorner(image, golden, signal);
    };
    const edge = await startTestEdge({ folder: folder.path, station, detect: slowFirst });
    for (let number = 0; number < 6; number += 1) await triggerBoard(station, number, number % 2 === 0);
    await station.decided(6);
    expect(station.taken).toEqual([1, 2, 3, 4, 5, 6].map((no) => `epoch-1#${no}`));
    expect([...station.results.values()].map(({ verdict }) => verdict)).toEqual([
      'fail',
      'pass',
      'fail',
      'pass',
      'fail',
      'pass',
    ]);
    const messages = edge.messages();
    expect(messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(messages.every((message) => message.evidence.length === 2 && !message.recovered)).toBe(true);
    await edge.finish();
  });

  test('is told that it may trigger once its camera was looked at, not before', async () => {
    using folder = scratchFolder();
    const { line, openCamera } = createRingStation();
    const lookedAt = Promise.withResolvers<void>();
    const slowly: RingStation['openCamera'] = (after) => ({
      frames: async function* (signal) {
        await lookedAt.promise;
        yield* openCamera(after).frames(signal);
      },
    });
    const edge = await startTestEdge({ folder: folder.path, station: { line, openCamera: slowly } });
    await sleep(100);
    expect(edge.control.levels().ready).toBe(false);
    lookedAt.resolve();
    await expect.poll(() => edge.control.levels().ready).toBe(true);
    await edge.finish();
    expect(edge.control.levels().ready).toBe(false);
  });

  test('that is faster than its edge node leaves frames in the camera, and no view of a part is called missing', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const slow: Detect = async (image, golden, signal) => {
      await sleep(150);
      return findWhiteCorner(image, golden, signal);
    };
    const recipe = boardRecipe({ viewsMs: 100, taktMs: 5000 });
    const edge = await startTestEdge({ folder: folder.path, station, detect: slow, recipe });
    for (let number = 0; number < 7; number += 1) await triggerBoard(station, number);
    await station.decided(7);
    expect(new Set(reasonsOf(edge))).toEqual(new Set(['pass: ']));
    await edge.finish();
  });

  test.each<[string, (station: RingStation) => Promise<unknown>, string]>([
    [
      'a view that does not come',
      async (station) => station.trigger({ top: await boardPng(1), bottom: null }),
      'undecided: view-missing missing',
    ],
    [
      'a frame that nothing decodes',
      async (station) => station.trigger({ top: Buffer.from('no image'), bottom: await boardPng(1) }),
      'undecided: frame-invalid unreadable',
    ],
    [
      'a frame without a byte',
      async (station) => station.trigger({ top: Buffer.alloc(0), bottom: await boardPng(1) }),
      'undecided: frame-invalid unreadable',
    ],
    [
      'a view that the recipe does not know',
      async (station) =>
        station.trigger({ top: await boardPng(1), bottom: await boardPng(2), side: await boardPng(3) }),
      'undecided: view-unknown side',
    ],
  ])('is never told OK for %s', async (_name, show, expected) => {
    using folder = scratchFolder();
    const station = createRingStation();
    const edge = await startTestEdge({ folder: folder.path, station });
    await show(station);
    await station.decided(1);
    expect(reasonsOf(edge)).toEqual([expected]);
    await edge.finish();
  });

  test('is told of a camera that shows the part before once more', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const edge = await startTestEdge({ folder: folder.path, station });
    await triggerBoard(station, 1);
    await triggerBoard(station, 1);
    await station.decided(2);
    expect(reasonsOf(edge).toSorted()).toEqual(['pass: ', 'undecided: frame-invalid repeated']);
    await edge.finish();
  });

  test.each<[string, Detect, string]>([
    ['fails', () => Promise.reject(new Error('out of memory')), 'undecided: frame-invalid inference-failed'],
    ['does not come back', never, 'undecided: frame-invalid inference-failed'],
  ])('gets its verdict within the takt when the detector %s', async (_name, detect, expected) => {
    using folder = scratchFolder();
    const station = createRingStation();
    const recipe = boardRecipe({ taktMs: 400 });
    const edge = await startTestEdge({ folder: folder.path, station, detect, recipe });
    await triggerBoard(station, 1);
    await station.decided(1);
    expect(reasonsOf(edge)).toEqual([expected]);
    await edge.finish();
  });

  test('is told no call for a recipe that is not loaded', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const edge = await startTestEdge({ folder: folder.path, station, recipe: null });
    await triggerBoard(station, 1);
    await station.decided(1);
    expect(reasonsOf(edge)).toEqual(['undecided: recipe-unknown board']);
    await edge.finish();
  });

  test('is told no call for a trigger whose frames are overwritten, or of an epoch that is over', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    await triggerBoard(station, 1);
    station.restart();
    await triggerBoard(station, 2);
    await triggerBoard(station, 3);
    station.overwrite(2);
    const edge = await startTestEdge({ folder: folder.path, station });
    await station.decided(3);
    const told = edge.messages().map(({ triggerNo, verdict, recovered }) => ({ triggerNo, verdict, recovered }));
    expect(told).toEqual([
      { triggerNo: 1, verdict: 'undecided', recovered: true },
      { triggerNo: 2, verdict: 'undecided', recovered: false },
      { triggerNo: 3, verdict: 'pass', recovered: false },
    ]);
    await edge.finish();
  });

  test('that waits for nothing does not get parts inspected again that lie in the ring', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    for (const [name, count] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      // The second node has lost its disk: only the ledger knows what is decided.
      const edge = await startTestEdge({ folder: join(folder.path, name), station, name });
      await triggerBoard(station, count);
      await station.decided(count);
      expect(edge.messages()).toHaveLength(1);
      await edge.finish();
    }
    expect([...station.results.values()].map(({ inspectionIds }) => inspectionIds.size)).toEqual([1, 1]);
  });
});
