import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSendWindow } from '#edge/mqtt/send-window.ts';
import { decideTrigger, openTestOutbox, scratchFolder } from '../support/edge-disk.ts';

const bounds = { inFlightAtMost: 3, unmarkedAtMost: 5 };

function troubles(sent: readonly number[], underWay: number, mark: number): string[] {
  const found: string[] = [];
  if (underWay > bounds.inFlightAtMost) found.push('too many under way');
  if (sent.some((sequence, index) => sequence <= (sent[index - 1] ?? 0))) found.push('disorder');
  if (sent.some((sequence) => sequence > mark + bounds.unmarkedAtMost)) found.push('too far beyond the mark');
  return found;
}

describe('the send window', () => {
  test('never has more under way or unmarked than allowed, goes in order within a connection, and leaves nothing out', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('decide' as const) }),
      fc.record({ kind: fc.constant('acknowledge' as const), which: fc.nat(4) }),
      fc.record({ kind: fc.constant('mark' as const), sequence: fc.nat(12) }),
      fc.record({ kind: fc.constant('reconnect' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        using folder = scratchFolder();
        using outbox = openTestOutbox(folder.path);
        let sent: number[] = [];
        let underWay: (() => void)[] = [];
        let decided = 0;
        let mark = 0;
        const window = createSendWindow(outbox, bounds, ({ sequence }, done) => {
          sent.push(sequence);
          underWay.push(done);
        });
        window.restart(true);
        const problems: string[] = [];
        for (const one of steps) {
          if (one.kind === 'decide') {
            decideTrigger(outbox, (decided += 1));
            window.kick();
          } else if (one.kind === 'acknowledge') underWay.splice(one.which, 1)[0]?.();
          else if (one.kind === 'mark' && outbox.deleteUpTo(one.sequence) >= 0) {
            mark = Math.max(mark, one.sequence);
            window.moveTo(mark);
          } else if (one.kind === 'reconnect') {
            [sent, underWay] = [[], []];
            window.restart(true);
          }
          problems.push(...troubles(sent, underWay.length, mark));
        }
        while (mark < decided) {
          for (const done of underWay.splice(0)) done();
          mark = Math.max(mark, ...sent);
          outbox.deleteUpTo(mark);
          window.moveTo(mark);
        }
        expect(problems).toEqual([]);
        expect(outbox.depth().messages).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('does not count what an earlier connection acknowledges late', () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    for (const no of [1, 2, 3, 4]) decideTrigger(outbox, no);
    const underWay: (() => void)[] = [];
    const sent: number[] = [];
    const window = createSendWindow(outbox, { inFlightAtMost: 2, unmarkedAtMost: 9 }, ({ sequence }, done) => {
      sent.push(sequence);
      underWay.push(done);
    });
    window.restart(true);
    window.restart(true);
    for (const done of underWay.slice(0, 2)) done();
    expect(sent).toEqual([1, 2, 1, 2]);
  });
});
