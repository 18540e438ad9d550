import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGrouping, type Grouping, type GroupingEvent } from '#edge/acquire/grouping.ts';
import type { Frame } from '#edge/frame.ts';
import { testTrigger } from '../support/edge-disk.ts';

function frame(triggerNo: number, viewId: string, { viewCount = 2, epoch = 'e1', frameId = 1 } = {}): Frame {
  return {
    ...testTrigger(triggerNo, epoch),
    frameId,
    cameraId: 'c',
    viewId,
    capturedAt: '2026-11-01T12:00:00.000Z',
    encoding: 'png',
    widthPx: 8,
    heightPx: 8,
    viewCount,
    bytes: new Uint8Array(1),
  };
}

function told(events: readonly GroupingEvent[]): string[] {
  return events.map((event) =>
    'part' in event
      ? `${event.kind} ${event.part.trigger.triggerNo}: ${[...event.part.frames.keys()].join()}${[...event.part.lostViews].map((view) => ` lost ${view}`).join()}`
      : `${event.kind} ${event.frame.triggerNo}: ${event.frame.viewId}`,
  );
}

function contested(events: readonly GroupingEvent[]): string[] {
  return events.flatMap((event) => ('part' in event ? [...event.part.contestedViews] : []));
}

const viewsMs = 500;
const grouping = (): Grouping => createGrouping(() => viewsMs);

describe('frames of a part', () => {
  test('make it complete when all views are there, also with those of another part between', () => {
    const group = grouping();
    expect(told(group.addFrame(frame(1, 'top'), 0))).toEqual(['opened 1: top']);
    expect(told(group.addFrame(frame(2, 'top'), 10))).toEqual(['opened 2: top']);
    expect(told(group.addFrame(frame(1, 'bottom'), 20))).toEqual(['complete 1: top,bottom']);
    expect(group.nextDeadlineMs()).toBe(510);
  });

  test('make it complete at once where there is one view', () => {
    expect(told(grouping().addFrame(frame(1, 'top', { viewCount: 1 }), 0))).toEqual([
      'opened 1: top',
      'complete 1: top',
    ]);
  });

  test('that do not come are waited for until the deadline and not longer', () => {
    const group = grouping();
    group.addFrame(frame(1, 'top'), 100);
    expect(group.expire(599)).toEqual([]);
    expect(told(group.expire(600))).toEqual(['complete 1: top']);
    expect(group.nextDeadlineMs()).toBeNull();
  });

  test('that come after the deadline are told as late and open nothing', () => {
    const group = grouping();
    group.addFrame(frame(1, 'top'), 0);
    group.expire(500);
    expect(told(group.addFrame(frame(1, 'bottom'), 501))).toEqual(['late 1: bottom']);
    expect(group.nextDeadlineMs()).toBeNull();
  });

  test('that come twice are told and do not complete it', () => {
    const group = grouping();
    group.addFrame(frame(1, 'top'), 0);
    expect(told(group.addFrame(frame(1, 'top', { frameId: 2 }), 1))).toEqual(['double 1: top']);
    expect(group.nextDeadlineMs()).toBe(500);
    expect(contested(group.addFrame(frame(1, 'bottom'), 2))).toEqual(['top']);
  });

  test.each<[string, Partial<Frame>]>([
    ['serial', { serial: 'S-9' }],
    ['attempt', { attempt: 2 }],
    ['lot', { lot: 'L9' }],
    ['product', { productId: 'other' }],
    ['recipe', { recipeId: 'other' }],
    ['trigger time', { triggeredAt: '2026-11-02T00:00:00.000Z' }],
    ['origin', { simulated: false }],
    ['count of views', { viewCount: 1 }],
  ])('that tell another %s than the first are set aside, and their view is contested', (_name, other) => {
    const group = grouping();
    group.addFrame(frame(1, 'top'), 0);
    expect(told(group.addFrame({ ...frame(1, 'bottom'), ...other }, 1))).toEqual(['foreign 1: bottom']);
    const completed = group.expire(500);
    expect(told(completed)).toEqual(['complete 1: top']);
    expect(contested(completed)).toEqual(['bottom']);
  });

  test('that write the same instant in another way belong together', () => {
    const group = grouping();
    const first = frame(1, 'top');
    group.addFrame(first, 0);
    const triggeredAt = first.triggeredAt.replace('.000Z', 'Z');
    expect(told(group.addFrame({ ...frame(1, 'bottom'), triggeredAt }, 1))).toEqual(['complete 1: top,bottom']);
  });

  test('that are lost complete it as lost, whether or not another came first', () => {
    const group = grouping();
    const lost = (triggerNo: number, viewId: string) => ({ trigger: testTrigger(triggerNo), viewId, viewCount: 2 });
    group.addFrame(frame(1, 'top'), 0);
    expect(told(group.addLost(lost(1, 'bottom'), 1))).toEqual(['complete 1: top lost bottom']);
    expect(told(group.addLost(lost(2, 'top'), 2))).toEqual(['opened 2:  lost top']);
    expect(told(group.addLost(lost(2, 'bottom'), 3))).toEqual([
      'complete 2:  lost top lost bottom'.replace(' lost b', ', lost b'),
    ]);
  });

  test('of an earlier epoch are not waited for once a new one begins', () => {
    const group = grouping();
    group.addFrame(frame(1, 'top'), 0);
    group.addFrame(frame(1, 'top', { epoch: 'e2' }), 1);
    expect(told(group.closeOtherEpochs('e2'))).toEqual(['complete 1: top']);
    expect(told(group.addFrame(frame(1, 'bottom', { epoch: 'e2' }), 2))).toEqual(['complete 1: top,bottom']);
  });

  test('open and complete every trigger exactly once, in whatever order frames, losses and time come', () => {
    const step = fc.record({
      triggerNo: fc.nat(3),
      viewId: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('frame', 'lost', 'expire'),
      waitMs: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const group = createGrouping(() => viewsMs);
        const events: GroupingEvent[] = [];
        let nowMs = 0;
        for (const { triggerNo, viewId, kind, waitMs } of steps) {
          nowMs += waitMs;
          if (kind === 'frame') events.push(...group.addFrame(frame(triggerNo, viewId, { viewCount: 3 }), nowMs));
          else if (kind === 'lost')
            events.push(...group.addLost({ trigger: testTrigger(triggerNo), viewId, viewCount: 3 }, nowMs));
          else events.push(...group.expire(nowMs));
        }
        events.push(...group.expire(nowMs + viewsMs));
        const counts = (kind: string): string[] =>
          events
            .filter((event) => event.kind === kind && 'part' in event)
            .map((event) => told([event])[0]?.split(':')[0] ?? '');
        const opened = counts('opened')
          .map((text) => text.replace('opened', ''))
          .toSorted();
        const completed = counts('complete')
          .map((text) => text.replace('complete', ''))
          .toSorted();
        expect(completed).toEqual(opened);
        expect(new Set(opened).size).toBe(opened.length);
      }),
    );
  });
});
