import { fork } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultError } from '#host/fault.ts';
import { decideTrigger, openTestOutbox, scratchFolder, testStreamId, testTrigger } from '../support/edge-disk.ts';

describe('an outbox', () => {
  test('numbers messages without a gap from 1 and names its stream in each', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    for (const triggerNo of [4, 5, 9]) decideTrigger(outbox, triggerNo);
    const bodies = outbox.pending(0, 10).map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toEqual([1, 2, 3].map((sequence) => ({ sequence, streamId: testStreamId })));
  });

  test('keeps stream and sequence over a restart, also when every message is deleted', () => {
    using folder = scratchFolder();
    {
      using outbox = openTestOutbox(folder.path);
      for (const triggerNo of [1, 2, 3]) decideTrigger(outbox, triggerNo);
      expect(outbox.deleteUpTo(3)).toBe(3);
    }
    using reopened = openTestOutbox(folder.path);
    expect(reopened.streamId).toBe(testStreamId);
    expect(decideTrigger(reopened, 4)).toBe(4);
  });

  test('begins a trigger once: a second beginning gets the first id', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    outbox.begin(testTrigger(1), 'first', '2026-11-01T00:00:00.000Z');
    const again = outbox.begin(testTrigger(1), 'second', '2026-11-01T00:00:01.000Z');
    expect(again.inspectionId).toBe('first');
    expect(outbox.begin(testTrigger(1, 'e2'), 'third', '2026-11-01T00:00:02.000Z').inspectionId).toBe('third');
  });

  test('refuses a second verdict and leaves no message and no hole behind', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    decideTrigger(outbox, 1);
    expect(() => decideTrigger(outbox, 1)).toThrow('is not open');
    expect(outbox.pending(0, 10).map(({ sequence }) => sequence)).toEqual([1]);
    expect(decideTrigger(outbox, 2)).toBe(2);
  });

  test('leaves no trace of a verdict whose message cannot be made', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const { inspectionId } = outbox.begin(testTrigger(1), 'a', '2026-11-01T00:00:00.000Z');
    const broken = (): string => {
      throw new Error('no message');
    };
    const decision = { inspectionId, decidedAt: '2026-11-01T00:00:01.000Z', evidence: [] };
    expect(() => outbox.commit({ ...decision, verdict: 'pass', body: broken })).toThrow('no message');
    expect(outbox.find('e1', 1)?.verdict).toBeNull();
    expect(outbox.commit({ ...decision, verdict: 'undecided', body: () => '{}' })).toBe(1);
  });

  test('deletes up to the mark only, and nothing for a mark above all it ever wrote', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    for (const triggerNo of [1, 2, 3]) decideTrigger(outbox, triggerNo);
    expect(outbox.deleteUpTo(2)).toBe(2);
    expect(outbox.pending(0, 10).map(({ sequence }) => sequence)).toEqual([3]);
    expect(outbox.deleteUpTo(9)).toBe(-1);
    expect(outbox.depth()).toMatchObject({ messages: 1, lastSequence: 3 });
  });

  test('lists what is not given, and forgets only what is given, stored and old', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    for (const triggerNo of [1, 2, 3]) decideTrigger(outbox, triggerNo);
    outbox.markGiven('id-e1-1', '2026-11-01T13:00:00.000Z', '');
    outbox.markGiven('id-e1-2', '2026-11-01T13:00:00.000Z', '');
    expect(outbox.open().map((row) => row.trigger.triggerNo)).toEqual([3]);
    outbox.deleteUpTo(1);
    expect(outbox.forgetBefore('2026-12-01T00:00:00.000Z')).toBe(1);
    expect(outbox.find('e1', 1)).toBeNull();
    expect(outbox.find('e1', 2)?.verdict).toBe('pass');
  });

  test('is held by one process: a second one is told', () => {
    using folder = scratchFolder();
    using _outbox = openTestOutbox(folder.path);
    expect(() => openTestOutbox(folder.path)).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_LOCKED' } satisfies Partial<FaultError>),
    );
  });

  test('keeps every verdict that was committed before its process was killed', async () => {
    using folder = scratchFolder();
    const child = fork(new URL('../support/decide-until-killed.ts', import.meta.url), [folder.path]);
    let acknowledged = 0;
    child.on('message', (sequence) => {
      acknowledged = Number(sequence);
      if (acknowledged >= 20) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    using outbox = openTestOutbox(folder.path);
    const kept = outbox.pending(0, 10_000).map(({ sequence }) => sequence);
    expect(kept).toEqual(kept.map((_, index) => index + 1));
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
    expect(decideTrigger(outbox, 100_000)).toBe(kept.length + 1);
  });

  test('stays gapless over any order of decisions, marks and restarts', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('decide' as const), triggerNo: fc.nat(20) }),
      fc.record({ kind: fc.constant('mark' as const), sequence: fc.nat(25) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        using folder = scratchFolder();
        let outbox = openTestOutbox(folder.path);
        const decided = new Set<number>();
        const sequences: number[] = [];
        let mark = 0;
        for (const one of steps) {
          if (one.kind === 'restart') {
            outbox[Symbol.dispose]();
            outbox = openTestOutbox(folder.path);
          } else if (one.kind === 'decide' && !decided.has(one.triggerNo)) {
            decided.add(one.triggerNo);
            sequences.push(decideTrigger(outbox, one.triggerNo));
          } else if (one.kind === 'mark' && outbox.deleteUpTo(one.sequence) >= 0) mark = Math.max(mark, one.sequence);
        }
        const kept = outbox.pending(0, 100).map(({ sequence }) => sequence);
        outbox[Symbol.dispose]();
        expect(sequences).toEqual(sequences.map((_, index) => index + 1));
        expect(kept).toEqual(Array.from({ length: decided.size - mark }, (_, index) => mark + index + 1));
      }),
      { numRuns: 20 },
    );
  });
});
