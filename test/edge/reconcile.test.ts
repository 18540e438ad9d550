import { describe, expect, test } from 'vitest';
import type { InspectionRow } from '#edge/outbox/outbox.ts';
import { reconcile, type KnownTriggers } from '#edge/recover/reconcile.ts';
import { resumeAfter } from '#edge/recover/resume-after.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import { testTrigger } from '../support/edge-disk.ts';

function awaited(triggerNo: number, epoch = 'e1'): OpenTrigger {
  return { ...testTrigger(triggerNo, epoch), frameIds: { top: 2 * triggerNo - 1, bottom: 2 * triggerNo } };
}

function row(triggerNo: number, state: 'begun' | 'decided' | 'given', epoch = 'e1'): InspectionRow {
  const decided = state !== 'begun';
  return {
    inspectionId: `id-${triggerNo}`,
    trigger: testTrigger(triggerNo, epoch),
    begunAt: '2026-11-01T12:00:00.000Z',
    verdict: decided ? 'fail' : null,
    sequence: decided ? triggerNo : null,
    givenAt: state === 'given' ? '2026-11-01T12:00:01.000Z' : null,
  };
}

function known(changes: Partial<KnownTriggers>): KnownTriggers {
  return { awaited: [], rows: [], active: new Set(), epoch: 'e1', ...changes };
}

describe('after a restart, a trigger', () => {
  test.each<[string, Partial<KnownTriggers>, string[]]>([
    ['awaited and decided is given again', { awaited: [awaited(1)], rows: [row(1, 'decided')] }, ['give 1']],
    ['awaited though noted as given is given again', { awaited: [awaited(1)], rows: [row(1, 'given')] }, ['give 1']],
    ['awaited and begun is closed and told', { awaited: [awaited(1)], rows: [row(1, 'begun')] }, ['close 1 awaited']],
    ['begun but not awaited is closed all the same', { rows: [row(1, 'begun')] }, ['close 1']],
    ['decided but not awaited any more is settled', { rows: [row(1, 'decided')] }, ['settle 1']],
    ['given and not awaited needs nothing', { rows: [row(1, 'given')] }, []],
    ['never begun, of this epoch, waits for its frames', { awaited: [awaited(1)] }, []],
    ['never begun, of another epoch, is lost', { awaited: [awaited(1, 'e0')] }, ['lost 1']],
    ['never begun, while the epoch is not known, waits', { awaited: [awaited(1, 'e0')], epoch: null }, []],
    [
      'begun in another epoch is closed, not lost',
      { awaited: [awaited(1, 'e0')], rows: [row(1, 'begun', 'e0')] },
      ['close 1 awaited'],
    ],
    [
      'this process works on is left alone',
      { awaited: [awaited(1, 'e0')], rows: [row(1, 'begun', 'e0')], active: new Set(['e0#1']) },
      [],
    ],
    [
      'with the number of one in another epoch is another',
      { awaited: [awaited(1)], rows: [row(1, 'decided', 'e0')] },
      ['settle 1'],
    ],
  ])('%s', (_name, changes, expected) => {
    const told = reconcile(known(changes)).map((recovery) => {
      const { triggerNo } = recovery.kind === 'lost' ? recovery.trigger : recovery.row.trigger;
      return `${recovery.kind} ${triggerNo}${recovery.kind === 'close' && recovery.awaited ? ' awaited' : ''}`;
    });
    expect(told).toEqual(expected);
  });

  test('is taken up in the order of the ledger', () => {
    const told = reconcile(
      known({
        awaited: [awaited(3, 'e0'), awaited(4), awaited(5)],
        rows: [row(5, 'decided'), row(4, 'begun'), row(1, 'begun')],
      }),
    );
    expect(told.map(({ kind }) => kind)).toEqual(['lost', 'close', 'give', 'close']);
  });
});

describe('frames are read again', () => {
  test.each([
    ['from the oldest in the ring where nothing is awaited', [], null],
    ['from before the first frame awaited', [awaited(4), awaited(3)], { epoch: 'e1', frameId: 4 }],
    ['in the newest epoch that awaits something', [awaited(1, 'e0'), awaited(7, 'e2')], { epoch: 'e2', frameId: 12 }],
    ['from the first frame on', [awaited(1)], { epoch: 'e1', frameId: 0 }],
    ['from the oldest where no frame was taken yet', [{ ...awaited(1), frameIds: {} }], null],
  ])('%s', (_name, open, position) => {
    expect(resumeAfter(open)).toEqual(position);
  });
});
