import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutbox, type Outbox } from '#edge/outbox/outbox.ts';
import type { Trigger } from '#edge/trigger.ts';

/** A folder of its own for one test, gone afterwards. */
export function scratchFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'hairline-edge-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const testStreamId = '11111111-2222-4333-8444-555555555555';

/** The outbox in a folder; a new one has the stream `testStreamId`. */
export function openTestOutbox(folder: string): Outbox {
  return openOutbox(join(folder, 'outbox.sqlite'), () => ({
    streamId: testStreamId,
    createdAt: '2026-11-01T00:00:00.000Z',
  }));
}

/** A trigger of the test station. */
export function testTrigger(triggerNo: number, epoch = 'e1'): Trigger {
  return {
    epoch,
    triggerNo,
    serial: `S-${triggerNo}`,
    attempt: 1,
    lot: 'L1',
    productId: 'board',
    recipeId: 'board',
    triggeredAt: new Date(Date.UTC(2026, 10, 1, 12, 0, triggerNo)).toISOString(),
    simulated: true,
    challenge: false,
  };
}

/** Begins and decides the inspection of a trigger; the message is `{ sequence, streamId }`. */
export function decideTrigger(outbox: Outbox, triggerNo: number, epoch = 'e1'): number {
  const trigger = testTrigger(triggerNo, epoch);
  const { inspectionId } = outbox.begin(trigger, `id-${epoch}-${triggerNo}`, trigger.triggeredAt);
  return outbox.commit({
    inspectionId,
    verdict: 'pass',
    decidedAt: trigger.triggeredAt,
    body: (place) => JSON.stringify(place),
    evidence: [],
  });
}
