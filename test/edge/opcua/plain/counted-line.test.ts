import { expect, it } from 'vitest';
import type { CameraEvent } from '#edge/camera.ts';
import { createCountedLine } from '#edge/opcua/plain/counted-line.ts';
import { plainLayout } from '../../../support/plain-camera.ts';

const now = new Date('2026-01-02T03:04:05.000Z');
const { signal } = new AbortController();

async function see(line: ReturnType<typeof createCountedLine>, events: readonly CameraEvent[]): Promise<void> {
  const camera = line.watch({
    frames: async function* () {
      yield* events;
    },
  });
  for await (const event of camera.frames(signal)) expect(events).toContain(event);
}

it('a part of a lost frame is open under the number that its camera counted', async () => {
  const line = createCountedLine(plainLayout('counter', { views: 2 }), null, () => now);
  await see(line, [{ kind: 'lost', epoch: 'E', frameId: 6, why: 'overwritten' }]);
  expect(await line.openTriggers(signal)).toMatchObject([
    { epoch: 'E', triggerNo: 3, serial: 'E#3', attempt: 1, frameIds: { 'view-0': 5, 'view-1': 6 } },
  ]);
});

it('a part is open until its result is written, and not again when one more of its frames is lost', async () => {
  const line = createCountedLine(plainLayout('counter', { views: 2 }), null, () => now);
  await see(line, [{ kind: 'lost', epoch: 'E', frameId: 1, why: 'overwritten' }]);
  const result = {
    sequence: 1,
    epoch: 'E',
    triggerNo: 1,
    serial: 'E#1',
    inspectionId: 'i',
    verdict: 'undecided',
  } as const;
  expect(await line.write(result, signal)).toEqual({ kind: 'taken' });
  await see(line, [{ kind: 'lost', epoch: 'E', frameId: 2, why: 'overwritten' }]);
  expect(await line.openTriggers(signal)).toEqual([]);
});
