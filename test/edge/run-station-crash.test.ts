import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detect } from '#edge/detect/detect.ts';
import type { StationLine } from '#edge/station-line.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { boardRecipe, findWhiteCorner, startTestEdge, triggerBoard, type TestEdge } from '../support/edge-station.ts';
import { createRingStation } from '../support/ring-station.ts';

const never: Detect = () => new Promise(() => undefined);

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
    await stopped.finish();
    const edge = await startTestEdge({ folder: folder.path, station, name: 'b' });
    await station.decided(6);
    expect(edge.messages().map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'pass'));
    expect([...station.results.values()].map(({ inspectionIds }) => inspectionIds.size)).toEqual([1, 1, 1, 1, 1, 1]);
    await edge.finish();
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
    await edge.finish();
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
        await edge.finish();
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
