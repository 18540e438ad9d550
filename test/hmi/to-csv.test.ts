import { describe, expect, it } from 'vitest';
import { toCsv } from '#hmi/server/to-csv.ts';
import type { InspectionSummary } from '#store/queries/list-inspections.ts';

const summary: InspectionSummary = {
  inspectionId: 'i',
  site: 'demo',
  line: 'line1',
  stationId: 'pcb',
  serial: 'S-1',
  attempt: 1,
  lot: 'L',
  productId: 'board',
  verdict: 'fail',
  triggeredAt: 't',
  decidedAt: 'd',
  storedAt: 's',
  recovered: false,
  simulated: true,
  challenge: false,
  totalMs: 400,
  taktMs: 2000,
  labels: ['spur', 'open'],
  reasons: ['defect-certain'],
  disposition: null,
};
const lineOf = (change: Partial<InspectionSummary>): string | undefined =>
  toCsv([{ ...summary, ...change }]).split('\r\n')[1];

describe('the table of inspections', () => {
  it('has a line for each, with lists in one field', () => {
    expect(lineOf({})).toBe('i,pcb,S-1,1,L,board,fail,spur open,defect-certain,,t,d,s,400,2000,false,true,false');
  });

  it('says which part was a known bad one', () => {
    expect(lineOf({ challenge: true })).toMatch(/,false,true,true$/);
  });

  it.each([
    { name: 'a comma', serial: 'S,1', field: '"S,1"' },
    { name: 'a quotation mark', serial: 'S"1', field: '"S""1"' },
    { name: 'a line end', serial: 'S\n1', field: '"S\n1"' },
    { name: 'a formula', serial: '=cmd|calc', field: "'=cmd|calc" },
    { name: 'a formula with a comma', serial: '@SUM(1,2)', field: `"'@SUM(1,2)"` },
  ])('keeps $name as text', ({ serial, field }) => {
    expect(lineOf({ serial })).toContain(`i,pcb,${field},1`);
  });
});
