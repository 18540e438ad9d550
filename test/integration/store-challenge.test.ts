import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { exportCsv } from '#store/cli/export-csv.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { listInspections } from '#store/queries/list-inspections.ts';
import { reportsAfter } from '#store/queries/pending-reports.ts';
import type { RecordFilter } from '#store/queries/recorded-inspections.ts';
import { removeMonth } from '#store/retention.ts';
import { openDeadLetters, retryDeadLetter } from '#store/retry-dead-letters.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

describe('a known bad part in the store', () => {
  let server: TestDatabase;
  let database: Database & AsyncDisposable;

  beforeAll(async () => {
    server = await freshDatabase();
    database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    await migrateToLatest(database);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** Sets a message aside, as a store would that could not read it, and reads it again. */
  async function storeLate(message: InspectionMessage): Promise<string> {
    const dead = { ...asRead(message), kind: 'unreadable', reason: 'schema', detail: '', envelope: message } as const;
    await ingest(database, [dead]);
    const letter = (await openDeadLetters(database)).at(-1);
    if (letter === undefined) throw new Error('no dead letter is open');
    return retryDeadLetter(database, letter);
  }

  async function exported(filter: RecordFilter): Promise<string> {
    const out = new PassThrough();
    const written = text(out);
    await exportCsv(database, filter, out);
    out.end();
    return written;
  }

  it('gets no report, whether it comes as others do or from a dead letter', async () => {
    const made = testMessage(1);
    await ingest(database, [asRead(made), asRead(testMessage(2, { challenge: true }))]);
    const late = testMessage(3, { challenge: true });
    expect(await storeLate(late)).toBe('stored');
    expect((await inspectionById(database, late.inspectionId))?.message.challenge).toBe(true);
    const reports = await reportsAfter(database, 0, 10);
    expect(reports.map(({ inspectionId }) => inspectionId)).toEqual([made.inspectionId]);
  });

  it('is told apart in lists and tables, since it counts in no figure', async () => {
    const shown = testMessage(20, { challenge: true, stationId: 'shown' });
    await ingest(database, [asRead(shown), asRead(testMessage(21, { stationId: 'shown' }))]);
    const { inspections } = await listInspections(database, { limit: 10, stationId: 'shown' });
    expect(inspections.map(({ challenge }) => challenge)).toEqual([false, true]);
    const [header = '', ...lines] = (await exported({ stationId: 'shown' })).trimEnd().split('\r\n');
    const column = header.split(',').indexOf('challenge');
    expect(lines.map((line) => line.split(',')[column])).toEqual(['true', 'false']);
  });

  it('is stored once, also when a dead letter holds it that was sent again under another number', async () => {
    const first = testMessage(4, { challenge: true });
    await ingest(database, [asRead(first)]);
    expect(await storeLate({ ...first, sequence: 5 })).toBe('taken');
    const late = testMessage(6, { challenge: true });
    expect(await storeLate(late)).toBe('stored');
    expect(await storeLate({ ...late, sequence: 7 })).toBe('taken');
  });

  it('is known by its receipt when retention has removed it', async () => {
    const old = testMessage(8, { challenge: true, decidedAt: '2026-03-01T06:00:00.000Z' });
    await ingest(database, [asRead(old)]);
    expect(await removeMonth(database, '202603', 'test')).toBe(true);
    expect(await storeLate({ ...old, sequence: 9 })).toBe('taken');
    expect(await inspectionById(database, old.inspectionId)).toBeNull();
  });
});
