import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Drift, Quality, ReviewerQuality } from '#hmi/server/quality.schema.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { auditedPerMille } from '#store/queries/review-queue.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const period = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' };
const recipe = await readFile('rules/recipes/pcb.yaml').then((bytes) => ({
  name: 'pcb',
  version: '1',
  sha256: createHash('sha256').update(bytes).digest('hex'),
}));

/** Whether a passed part is one that the lot takes for an audit. */
function isDrawn(inspectionId: string): boolean {
  const lot = parseInt(createHash('md5').update(inspectionId).digest('hex').slice(0, 7), 16);
  return lot % 1000 < auditedPerMille;
}

/** A part of an hour of the day, decided by the shipped recipe, with so much light on its frame. */
function part(sequence: number, hour: number, change: Partial<InspectionMessage> = {}, light = 120): InspectionMessage {
  const { digests, ...message } = testMessage(sequence, change);
  const at = Date.parse(period.from) + hour * 3_600_000 + sequence * 1000;
  for (const view of message.views) view.measured = { meanGrey: light, sharpness: 200 + (hour % 3) };
  const decidedAt = new Date(at).toISOString();
  return { ...message, triggeredAt: decidedAt, decidedAt, digests: { ...digests, recipe } };
}

describe.each(kinds)('figures of quality on %s', (kind) => {
  const stack = new AsyncDisposableStack();
  let dashboard: TestDashboard;
  let database: Database;
  const ask = async <Answer>(path: string, more: Record<string, string> = {}): Promise<Answer> => {
    const url = `/api/v1/${path}?${new URLSearchParams({ ...period, ...more }).toString()}`;
    const answer = await dashboard.server.inject({ url, headers: withToken });
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
    return answer.json();
  };
  const judge = async (message: InspectionMessage, verified: 'defect' | 'false-call'): Promise<void> => {
    const { inspectionId } = message;
    const disposition = verified === 'defect' ? 'scrap' : 'accept';
    const reason = verified === 'defect' ? 'defect' : 'no-defect';
    const by = { decidedBy: 'maria', personId: null, address: null };
    const given = { dispositionId: randomUUID(), inspectionId, disposition, verified, reason, ...by } as const;
    expect(await appendDisposition(database, given)).toBe('appended');
  };

  // Hours 0 to 11, twelve parts each: every third fails, every seventh is a doubt. In the last hour the lamp fades.
  const parts = Array.from({ length: 144 }, (_, index) => {
    const hour = Math.floor(index / 12);
    return part(index + 1, hour, {}, hour === 11 ? 60 : 120 + (hour % 2));
  });
  const challenge = part(145, 3, { challenge: true, verdict: 'fail' });
  const passed = parts.filter(({ verdict }) => verdict === 'pass');
  const failed = parts.filter(({ verdict }) => verdict === 'fail');
  const drawn = passed.filter(({ inspectionId }) => isDrawn(inspectionId));
  const notDrawn = passed.filter(({ inspectionId }) => !isDrawn(inspectionId));

  beforeAll(async () => {
    const { url } = stack.use(await freshDatabase(kind));
    database = stack.use(openDatabase({ url, connections: 1, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    dashboard = stack.use(await startDashboard({ databaseUrl: url }));
    await dashboard.store(...parts, challenge);
  });
  afterAll(() => stack.disposeAsync());

  it('count defects by million opportunities: parts times views times kinds of defect of their recipe', async () => {
    const { counts, figures } = await ask<Quality>('quality');
    expect(counts).toMatchObject({ inspected: 144, defects: failed.length, opportunities: 144 * 6 });
    expect(figures.dpmo).toBeCloseTo((failed.length / (144 * 6)) * 1e6, 6);
  });

  it('say that they cannot tell of how many where a recipe is not known here', async () => {
    const strange = testMessage(400, { stationId: 'strange' });
    await dashboard.store({ ...strange, decidedAt: parts[0]?.decidedAt ?? '' });
    const { counts, figures } = await ask<Quality>('quality', { station: 'strange' });
    expect([counts.opportunities, figures.dpmo]).toEqual([null, null]);
  });

  it('draw the calls a part of each hour beside the share of parts called, known bad parts left out', async () => {
    const { chart, callChart } = await ask<Quality>('quality', { station: 'pcb', limits: 'binomial' });
    expect(callChart.points).toHaveLength(12);
    // One call on each part that is called here: the two charts have the same values and other limits.
    expect(callChart.points.map(({ value }) => value)).toEqual(chart.points.map(({ value }) => value));
    expect(callChart.points[0]?.upper).toBeCloseTo(callChart.center + 3 * Math.sqrt(callChart.center / 12), 9);
  });

  it('take a defect back that a person did not see, and add one that a person saw in a doubt', async () => {
    const [first] = failed;
    const doubt = parts.find(({ verdict }) => verdict === 'undecided');
    if (!first || !doubt) throw new Error('nothing called');
    await judge(first, 'false-call');
    expect((await ask<Quality>('quality', { station: 'pcb' })).counts.defects).toBe(failed.length - 1);
    await judge(doubt, 'defect');
    expect((await ask<Quality>('quality', { station: 'pcb' })).counts.defects).toBe(failed.length);
  });

  it('estimate escapes from parts drawn by lot alone: one that somebody came upon is told beside them', async () => {
    const [audited] = drawn;
    const [found] = notDrawn;
    if (!audited || !found) throw new Error('nobody was drawn by lot');
    await judge(found, 'defect');
    const before = await ask<Quality>('quality', { station: 'pcb' });
    expect(before.figures.escapes).toBeNull();
    expect(before.counts).toMatchObject({ audited: 0, escaped: 0, foundLater: 1 });
    await judge(audited, 'false-call');
    const after = await ask<Quality>('quality', { station: 'pcb' });
    expect(after.counts).toMatchObject({ audited: 1, escaped: 0, foundLater: 1 });
    expect(after.figures.escapes).toMatchObject({ low: 0 });
  });

  it('tell what the machine decides alone by what people judged, the audited part standing for all that passed', async () => {
    const { risk } = await ask<ReviewerQuality>('quality/reviewer', { station: 'pcb' });
    const undecided = parts.length - passed.length - failed.length;
    expect(risk.judged).toBe(3);
    // Two calls were judged, one of them a defect: each stands for half of what was called.
    const half = (failed.length + undecided) / 2;
    expect(risk.now?.coverage).toBeCloseTo((passed.length + half) / 144, 9);
    expect(risk.now?.risk).toBeCloseTo(half / (passed.length + half), 9);
    expect(risk.points.at(-1)?.coverage).toBeCloseTo(1, 9);
  });

  it('count where the stages disagreed by reason, and why there was no answer', async () => {
    const stationId = 'asked';
    const reasons = (sequence: number) => [
      sequence % 2 === 0
        ? { code: 'label-disagrees', subject: 'top-d1', value: null, limit: null, detail: 'short' }
        : { code: 'review-unavailable', subject: 'top-d1', value: null, limit: null, detail: 'timeout' },
    ];
    await dashboard.store(
      ...[3, 6, 9, 12, 18].map((sequence) => {
        const message = part(sequence, 1, { stationId });
        const outcomes = message.outcomes.map((one) => ({ ...one, reasons: reasons(sequence) }));
        return { ...message, outcomes };
      }),
    );
    const { disagreements } = await ask<ReviewerQuality>('quality/reviewer', { station: stationId });
    expect(disagreements).toEqual([
      { code: 'label-disagrees', why: '', places: 3, inspections: 3 },
      { code: 'review-unavailable', why: 'timeout', places: 2, inspections: 2 },
    ]);
  });

  it('see a lamp that fades before the verdicts do', async () => {
    const { series } = await ask<Drift>('quality/drift', { station: 'pcb' });
    const exposure = series.find(({ name }) => name === 'exposure');
    expect(exposure?.points).toHaveLength(12);
    expect(exposure?.points.map(({ alarms }) => alarms.includes('beyond-3-sigma'))).toEqual([
      ...Array.from({ length: 11 }, () => false),
      true,
    ]);
    const sharpness = series.find(({ name }) => name === 'sharpness');
    expect(sharpness?.points.flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  it('see when other defects are called than usual', async () => {
    const stationId = 'mixed';
    const labelled = Array.from({ length: 60 }, (_, index) => {
      const hour = Math.floor(index / 10);
      const message = part(3 * (index + 1), hour, { stationId });
      const label = hour === 4 ? 'pin-hole' : index % 2 === 0 ? 'open' : 'spur';
      for (const view of message.views) view.detections = view.detections.map((one) => ({ ...one, label }));
      return message;
    });
    await dashboard.store(...labelled);
    const { series } = await ask<Drift>('quality/drift', { station: stationId });
    const mix = series.find(({ name }) => name === 'labels');
    expect(mix?.points.map(({ of, alarms }) => [of, alarms.length > 0])).toEqual(
      [0, 1, 2, 3, 4, 5].map((hour) => [10, hour === 4]),
    );
  });
});
