import { describe, expect, it } from 'vitest';
import { troublesOf } from '#hmi/server/store-component.ts';
import type { StoreHealth } from '#store/queries/store-health.ts';

const now = new Date('2026-11-20T12:00:00Z');
const well: StoreHealth = {
  latestStoredAt: '2026-11-20T11:59:59.000Z',
  deadLetters: 0,
  unreported: 0,
  oldestUnreportedAt: null,
  refusedReports: 0,
  streams: [],
};
const stream = (mark: number, highestSequence: number, updatedAt: string) => ({
  stationId: 'pcb',
  streamId: updatedAt,
  mark,
  highestSequence,
  updatedAt,
});

describe('the health of the store', () => {
  it.each<[string, Partial<StoreHealth>, readonly string[]]>([
    ['nothing is missing', {}, []],
    ['a station without a gap', { streams: [stream(7, 7, '2026-11-20T11:59:00Z')] }, []],
    [
      'a gap in the stream of a station',
      { streams: [stream(7, 9, '2026-11-20T11:59:00Z')] },
      ['pcb: message 8 is missing, 9 is stored.'],
    ],
    [
      'a gap in a stream that another one followed',
      { streams: [stream(3, 3, '2026-11-20T11:59:00Z'), stream(7, 9, '2026-11-01T11:59:00Z')] },
      [],
    ],
    ['dead letters', { deadLetters: 2 }, ['2 dead letters are open.']],
    ['reports that the MES refused', { refusedReports: 2 }, ['The MES refused 2 reports.']],
    ['reports on their way', { unreported: 3, oldestUnreportedAt: '2026-11-20T11:59:50Z' }, []],
    [
      'reports that wait',
      { unreported: 3, oldestUnreportedAt: '2026-11-20T11:50:00Z' },
      ['3 reports wait, the oldest since 2026-11-20T11:50:00Z.'],
    ],
  ])('%s', (_, change, details) => {
    expect(troublesOf({ ...well, ...change }, now).map(([detail]) => detail)).toEqual(details);
  });
});
