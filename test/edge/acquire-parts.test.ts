import { describe, expect, test } from 'vitest';
import { acquireParts, type Acquisition } from '#edge/acquire/acquire-parts.ts';
import { createGrouping } from '#edge/acquire/grouping.ts';
import type { CameraEvent } from '#edge/camera.ts';
import type { Frame } from '#edge/frame.ts';
import { testTrigger } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';

function frameEvent(triggerNo: number, viewCount: number, epoch = 'e1'): CameraEvent {
  const trigger = testTrigger(triggerNo, epoch);
  const seen = { frameId: triggerNo, cameraId: 'c', viewId: 'top', encoding: 'png', widthPx: 8, heightPx: 8 } as const;
  const frame: Frame = { ...trigger, ...seen, viewCount, capturedAt: trigger.triggeredAt, bytes: new Uint8Array(1) };
  return { kind: 'frame', frame };
}

/** Hands these events to the acquisition and stops it afterwards; tells what it did, in order. */
async function acquire(
  events: readonly CameraEvent[],
  with_: (told: string[], stop: () => void) => Partial<Acquisition>,
): Promise<string[]> {
  const told: string[] = [];
  const stopper = new AbortController();
  async function* frames(): AsyncGenerator<CameraEvent> {
    yield* events;
    stopper.abort();
  }
  await acquireParts(
    {
      camera: { frames },
      grouping: createGrouping(() => 60_000),
      awaited: () => Promise.resolve([]),
      isWanted: () => Promise.resolve(true),
      opened: () => undefined,
      complete: ({ trigger }) => void told.push(`complete ${trigger.triggerNo}`),
      frameSeen: () => undefined,
      epochBegun: () => Promise.resolve(),
      room: () => Promise.resolve(),
      nowMs: () => 0,
      log: silentLog,
      ...with_(told, () => stopper.abort()),
    },
    stopper.signal,
  );
  return told;
}

describe('the acquisition of parts', () => {
  test('hands on what an old epoch left before the new one is dealt with, which may take for ever', async () => {
    const events: CameraEvent[] = [frameEvent(1, 2), { kind: 'epoch', epoch: 'e2' }];
    const told = await acquire(events, (before, stop) => ({
      epochBegun: () => {
        before.push('epoch begun');
        stop();
        return new Promise(() => undefined);
      },
    }));
    expect(told).toEqual(['complete 1', 'epoch begun']);
  });
});
