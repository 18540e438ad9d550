import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { PartTruth } from '#line/part-source.ts';
import { ledgerFile, openLedger } from '#line/station/ledger.ts';
import { lastTriggerNo, readLedger } from '#line/station/read-ledger.ts';

const at = '2026-01-01T00:00:00.000Z';
const good: PartTruth = { defective: false, defects: [], known: true };
const bad: PartTruth = { ...good, defective: true };
const unknown: PartTruth = { ...good, known: false };

function trigger(triggerNo: number, rest: Partial<OpenTrigger> = {}): OpenTrigger {
  const facts = {
    attempt: 1,
    lot: 'l',
    productId: 'p',
    recipeId: 'r',
    triggeredAt: at,
    simulated: true,
    challenge: false,
  };
  return { epoch: 'E', triggerNo, serial: `S${triggerNo}`, ...facts, frameIds: { top: triggerNo }, ...rest };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hairline-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fill(parts: readonly (readonly [PartTruth, number | null])[]): void {
  using ledger = openLedger(folder);
  parts.forEach(([truth, verdict], index) => {
    const { epoch, triggerNo, serial, ...rest } = trigger(index + 1);
    ledger.record({ epoch, triggerNo, serial, ...rest }, truth);
    if (verdict === null) return;
    const inspectionId = `I${triggerNo}`;
    ledger.latch({ sequence: triggerNo, epoch, triggerNo, serial, inspectionId, verdict }, at);
  });
}

describe('the ledger of a station', () => {
  it('is taken over from a data folder that knew no known bad parts', () => {
    openLedger(folder)[Symbol.dispose]();
    using old = new DatabaseSync(ledgerFile(folder));
    old.exec('ALTER TABLE part_trigger DROP COLUMN challenge');
    using ledger = openLedger(folder);
    ledger.record(trigger(1), good);
    expect(ledger.open().map(({ challenge }) => challenge)).toEqual([false]);
  });

  it('keeps triggers and results over a restart', () => {
    fill([
      [good, 1],
      [bad, null],
    ]);
    using ledger = openLedger(folder);
    expect(ledger.lastTriggerNo()).toBe(2);
    expect(ledger.open()).toEqual([trigger(2)]);
    expect(ledger.isOpen(1)).toBe(false);
    expect(ledger.countsAfter(1)).toEqual({ triggered: 1, decided: 0 });
    expect(ledger.lastAttempt('S1')).toBe(1);
  });

  it('does not take one trigger, or one attempt at a part, twice', () => {
    using ledger = openLedger(folder);
    ledger.record(trigger(1), good);
    expect(() => ledger.record(trigger(1, { serial: 'other' }), good)).toThrow(/UNIQUE/);
    expect(() => ledger.record(trigger(2, { serial: 'S1' }), good)).toThrow(/UNIQUE/);
  });

  it.each<[string, readonly (readonly [PartTruth, number | null])[], object]>([
    ['a bad part that passed is an escape', [[bad, 1]], { pass: 1, escapes: 1, falseCalls: 0 }],
    ['a good part that failed is a false call', [[good, 2]], { fail: 1, escapes: 0, falseCalls: 1 }],
    [
      'an undecided part is neither',
      [
        [good, 3],
        [bad, 3],
      ],
      { undecided: 2, escapes: 0, falseCalls: 0 },
    ],
    [
      'parts called rightly are neither',
      [
        [good, 1],
        [bad, 2],
      ],
      { pass: 1, fail: 1, escapes: 0, falseCalls: 0 },
    ],
    ['without truth nothing is said of either', [[unknown, 1]], { pass: 1, escapes: null, falseCalls: null }],
    ['an open part counts as triggered alone', [[bad, null]], { triggered: 1, decided: 0, inspectionIds: [] }],
  ])('%s', (_name, parts, expected) => {
    fill(parts);
    expect(readLedger(folder)).toMatchObject(expected);
  });

  it('is counted from where a run began', () => {
    fill([
      [bad, 1],
      [good, 1],
      [good, 2],
    ]);
    expect(lastTriggerNo(folder)).toBe(3);
    expect(readLedger(folder, 1)).toMatchObject({
      triggered: 2,
      escapes: 0,
      falseCalls: 1,
      inspectionIds: ['I2', 'I3'],
    });
  });

  it('that was never opened counts nothing', () => {
    expect(readLedger(folder)).toMatchObject({ triggered: 0, decided: 0, escapes: null });
    expect(lastTriggerNo(folder)).toBe(0);
  });
});
