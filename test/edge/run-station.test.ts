import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detect } from '#edge/detect/detect.ts';
import type { StationLine } from '#edge/station-line.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { boardPng, boardRecipe, findWhiteCorner, startTestEdge, type TestEdge } from '../support/edge-station.ts';
import { createRingStation, type RingStation } from '../support/ring-station.ts';

async function triggerBoard(station: RingStation, number: number, bad = false): Promise<number> {
  const [top, bottom] = await Promise.all([boardPng(2 * number), boardPng(2 * number + 1, bad)]);
  return station.trigger({ top, bottom });
}

async function finish(edge: TestEdge): Promise<void> {
  edge.stop();
  await edge.running;
  edge.outbox[Symbol.dispose]();
}

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
    await finish(edge);
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
    await finish(edge);
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
    await finish(edge);
  });

  test('is told of a camera that shows the part before once more', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const edge = await startTestEdge({ folder: folder.path, station });
    await triggerBoard(station, 1);
    await triggerBoard(station, 1);
    await station.decided(2);
    expect(reasonsOf(edge).toSorted()).toEqual(['pass: ', 'undecided: frame-invalid repeated']);
    await finish(edge);
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
    await finish(edge);
  });

  test('is told no call for a recipe that is not loaded', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const edge = await startTestEdge({ folder: folder.path, station, recipe: null });
    await triggerBoard(station, 1);
    await station.decided(1);
    expect(reasonsOf(edge)).toEqual(['undecided: recipe-unknown board']);
    await finish(edge);
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
    await finish(edge);
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
      await finish(edge);
    }
    expect([...station.results.values()].map(({ inspectionIds }) => inspectionIds.size)).toEqual([1, 1]);
  });
});

/** What the disk and the station hold after a power cut: writes that come later reach neither. */
async function cutPower(edge: TestEdge, alive: { value: boolean }, from: string, to: string): Promise<void> {
  alive.value = false;
  cpSync(from, to, { recursive: true });
  edge.stop();
  // However it ends: nobody hears of it any more.
  await Promise.allSettled([edge.running]);
  edge.outbox[Symbol.dispose]();
}

function lineUntilCut(line: StationLine, alive: { readonly value: boolean }): StationLine {
  const dead = (): Promise<never> => Promise.reject(new Error('cut'));
  return {
    openTriggers: (signal) => (alive.value ? line.openTriggers(signal) : dead()),
    write: (result, signal) => (alive.value ? line.write(result, signal) : dead()),
  };
}

describe('a station that does not take verdicts', () => {
  test('does not keep the process from ending, and gets them from the next one', async () => {
    using folder = scratchFolder();
    const station = createRingStation();
    const deaf: StationLine = {
      openTriggers: station.line.openTriggers,
      write: (_result, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('not taken')), { once: true });
        }),
    };
    const stopped = await startTestEdge({ folder: folder.path, station, line: deaf });
    for (let number = 0; number < 6; number += 1) await triggerBoard(station, number);
    while (stopped.messages().length < 3) await sleep(5);
    await finish(stopped);
    const edge = await startTestEdge({ folder: folder.path, station, name: 'b' });
    await station.decided(6);
    expect(edge.messages().map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'pass'));
    expect([...station.results.values()].map(({ inspectionIds }) => inspectionIds.size)).toEqual([1, 1, 1, 1, 1, 1]);
    await finish(edge);
  });
});

describe('after a crash', () => {
  test('a part in flight is undecided, told as such, and never was OK', async () => {
    using folder = scratchFolder();
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')];
    const station = createRingStation();
    const alive = { value: true };
    const crashing = await startTestEdge({
      folder: before,
      station,
      line: lineUntilCut(station.line, alive),
      detect: never,
      recipe: boardRecipe({ taktMs: 600 }),
    });
    await triggerBoard(station, 1);
    while (crashing.outbox.open().length === 0) await sleep(2);
    await cutPower(crashing, alive, before, after);
    expect(station.results.size).toBe(0);
    const edge = await startTestEdge({ folder: after, station, name: 'b' });
    await station.decided(1);
    const [message] = edge.messages();
    expect(message).toMatchObject({
      verdict: 'undecided',
      recovered: true,
      inspectionId: expect.stringContaining('-61'),
    });
    expect(message?.views.map(({ doubts }) => doubts)).toEqual([['in-flight-at-restart'], ['in-flight-at-restart']]);
    await finish(edge);
  });

  test('every trigger has exactly one verdict and one message, whenever the crash comes', async () => {
    const scenario = fc.record({
      parts: fc.integer({ min: 1, max: 5 }),
      crashAfterMs: fc.integer({ min: 0, max: 80 }),
      detectMs: fc.integer({ min: 0, max: 15 }),
      stationRestarts: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ parts, crashAfterMs, detectMs, stationRestarts }) => {
        using folder = scratchFolder();
        const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')];
        const station = createRingStation();
        const alive = { value: true };
        const detect: Detect = async (image, golden, signal) => {
          await sleep(detectMs);
          return findWhiteCorner(image, golden, signal);
        };
        const line = lineUntilCut(station.line, alive);
        const crashing = await startTestEdge({ folder: before, station, line, detect });
        for (let number = 0; number < parts; number += 1) await triggerBoard(station, number);
        await sleep(crashAfterMs);
        await cutPower(crashing, alive, before, after);
        if (stationRestarts) station.restart();
        const edge = await startTestEdge({ folder: after, station, detect, name: 'b' });
        await triggerBoard(station, parts);
        await station.decided(parts + 1);
        const messages = edge.messages();
        await finish(edge);
        expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
        expect(messages.map(({ serial }) => serial).toSorted()).toEqual(
          Array.from({ length: parts + 1 }, (_, index) => `S-${index + 1}`).toSorted(),
        );
        for (const { inspectionIds } of station.results.values()) expect(inspectionIds.size).toBe(1);
        for (const message of messages) {
          const told = station.results.get(`${message.epoch}#${message.triggerNo}`);
          expect(told?.verdict).toBe(message.verdict);
          expect([...(told?.inspectionIds ?? [])]).toEqual([message.inspectionId]);
        }
      }),
      { numRuns: 12 },
    );
  });
});
