import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { figuresOf, toLineState, withInspection, type LineState } from '#hmi/web/live/line-state.ts';
import { testMessage } from '../support/inspection-message.ts';

const card = (sequence: number, stationId = 'pcb'): InspectionCard =>
  toInspectionCard(testMessage(sequence, { stationId }), '2026-11-20T07:00:00.000Z');
const empty: LineState = toLineState({ countedFrom: '2026-11-20T06:00:00.000Z', cursor: '', stations: [] });
const feed = (cards: readonly InspectionCard[]): LineState => cards.reduce(withInspection, empty);

describe('what a screen knows of the line', () => {
  it('shows the latest decision first and counts by verdict', () => {
    const [station] = feed([card(1), card(2), card(3), card(7)]).stations;
    expect(station?.latest.map(({ serial }) => serial)).toEqual(['S-000007', 'S-000003', 'S-000002', 'S-000001']);
    expect(station?.counts).toEqual({ pass: 2, fail: 1, undecided: 1 });
  });

  it('counts an inspection once, however often it comes', () => {
    expect(feed([card(1), card(1), card(1)])).toEqual(feed([card(1)]));
  });

  it('keeps stations apart, in the order of their names', () => {
    const state = feed([card(1, 'pcb'), card(2, 'ballscrew')]);
    expect(state.stations.map(({ stationId }) => stationId)).toEqual(['ballscrew', 'pcb']);
  });

  it('does not count what was decided before the shift', () => {
    const late = { ...card(1), decidedAt: '2026-11-20T05:59:59.000Z' };
    expect(feed([late]).stations[0]?.counts).toEqual({ pass: 0, fail: 0, undecided: 0 });
  });

  it('ends the same in whatever order up to forty inspections come, some of them twice', () => {
    const sequences = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(sequences, (order) => {
        const sorted = [...new Set(order)].toSorted((a, b) => a - b);
        expect(feed(order.map((number) => card(number)))).toEqual(feed(sorted.map((number) => card(number))));
      }),
      { numRuns: 50 },
    );
  });

  it('tells times, and how often a reviewer was asked and gave no answer', () => {
    const opinion = { id: 'd1', viewId: 'top', judgement: 'unavailable' as const, explanation: '' };
    const cards = [
      { ...card(1), totalMs: 100 },
      { ...card(2), totalMs: 300, opinions: [{ ...opinion, label: 'timeout' }] },
      { ...card(3), totalMs: 200, opinions: [{ ...opinion, label: 'not-configured' }] },
    ];
    expect(figuresOf(cards)).toEqual({ medianMs: 200, slowestMs: 300, taktMs: 2000, asked: 1, bypassed: 1 });
  });
});
