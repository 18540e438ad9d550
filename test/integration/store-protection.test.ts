import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { readMessage } from '#store/ingest/read-message.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { reportsAfter } from '#store/queries/pending-reports.ts';
import { freshDatabase, hasPostgres, loginAs, type DatabaseKind, type TestDatabase } from '../support/database.ts';
import { asRead, testMessage, uuidOf } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const evidence = ['inspection', 'detection', 'reason', 'receipt', 'disposition', 'report_outbox', 'audit'];
const columns: Readonly<Record<string, string>> = { audit: 'actor', disposition: 'decided_by', report_outbox: 'kind' };
const sent = testMessage(3);
const garbage = Buffer.from('{"half":');

async function filled(kind: DatabaseKind): Promise<{ server: TestDatabase; database: Database & AsyncDisposable }> {
  const server = await freshDatabase(kind);
  const database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
  await migrateToLatest(database);
  await ingest(database, [asRead(sent)]);
  await ingest(database, [readMessage('hairline/v1/demo/line1/pcb/inspection', garbage)]);
  return { server, database };
}

const disposition = {
  dispositionId: uuidOf('disposition'),
  inspectionId: sent.inspectionId,
  disposition: 'rework',
  verified: 'defect',
  reason: 'spur on net 12',
  decidedBy: 'maria',
  personId: null,
  address: null,
} as const;

describe.each(kinds)('evidence on %s', (kind) => {
  let server: TestDatabase;
  let database: Database & AsyncDisposable;
  beforeAll(async () => {
    ({ server, database } = await filled(kind));
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('takes dispositions beside the verdict, once by id, and queues their report', async () => {
    expect(await appendDisposition(database, disposition)).toBe('appended');
    expect(await appendDisposition(database, disposition)).toBe('again');
    expect(await appendDisposition(database, { ...disposition, inspectionId: uuidOf('nobody') })).toBe(
      'unknown-inspection',
    );
    const record = await inspectionById(database, sent.inspectionId);
    expect(record?.message.verdict).toBe('fail');
    expect(record?.dispositions).toMatchObject([{ disposition: 'rework', decidedBy: 'maria' }]);
    const [first, second, ...more] = await reportsAfter(database, 0, 10);
    expect(more).toEqual([]);
    expect(second).toMatchObject({ kind: 'disposition', verifiesReportId: first?.reportId });
  });

  it.each(evidence)('refuses to update, delete or truncate %s, even for the owner', async (table) => {
    await expect(sql`delete from ${sql.table(table)}`.execute(database)).rejects.toThrow('is refused');
    await expect(sql`truncate ${sql.table(table)} cascade`.execute(database)).rejects.toThrow('is refused');
    const { rows } = await sql<{ name: string }>`select attname as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and attidentity = '' limit 1`.execute(database);
    const column = sql.ref(rows[0]?.name ?? '');
    await expect(sql`update ${sql.table(table)} set ${column} = ${column}`.execute(database)).rejects.toThrow(
      'is refused',
    );
  });

  it('refuses the same on a single month', async () => {
    for (const statement of ['truncate inspection_202611', 'delete from reason_202611', 'truncate detection_default']) {
      await expect(sql.raw(statement).execute(database), statement).rejects.toThrow('is refused');
    }
  });

  it('lets a mark rise only, and a dead letter be settled only', async () => {
    await expect(sql`update station_mark set sequence = sequence - 1`.execute(database)).rejects.toThrow('only rises');
    await expect(sql`delete from station_mark`.execute(database)).rejects.toThrow('is refused');
    await expect(sql`update dead_letter set reason = 'fine'`.execute(database)).rejects.toThrow('only settled');
    await sql`update dead_letter set resolved_at = now()`.execute(database);
  });
});

describe.runIf(kinds.includes('PostgreSQL'))('the roles of PostgreSQL', () => {
  it.each([
    ['hairline_hmi', true],
    ['hairline_reader', false],
  ] as const)('%s reads everything, writes no evidence, appends dispositions: %s', async (role, appends) => {
    const { server, database } = await filled('PostgreSQL');
    await using _server = server;
    await using _database = database;
    await using login = await loginAs(role, server);
    await using limited = openDatabase({ url: login.url, connections: 2, name: 'test', log: silentLog });
    expect((await inspectionById(limited, sent.inspectionId))?.message.serial).toBe(sent.serial);
    await expect(ingest(limited, [asRead(testMessage(4))])).rejects.toThrow('permission denied');
    for (const table of [...evidence, 'station_mark', 'dead_letter', 'report_channel', 'inspection_202611']) {
      for (const verb of ['delete from', 'truncate']) {
        await expect(sql.raw(`${verb} ${table}`).execute(limited), `${verb} ${table}`).rejects.toThrow(
          'permission denied',
        );
      }
    }
    for (const table of ['audit', 'disposition', 'report_outbox']) {
      const statement = sql`update ${sql.table(table)} set ${sql.ref(columns[table] ?? '')} = 'another'`;
      await expect(statement.execute(limited), `update ${table}`).rejects.toThrow('permission denied');
    }
    for (const table of ['person', 'person_session', 'credential', 'sign_in_link', 'cookie_secret']) {
      const read = await sql`select from ${sql.table(table)}`.execute(limited).then(
        () => 'read',
        (error: unknown) => String(error),
      );
      expect(read, `${role}: ${table}`).toContain(appends ? 'read' : 'permission denied');
    }
    const forgets = sql`delete from person`.execute(limited);
    await expect(forgets, 'nobody is deleted').rejects.toThrow('permission denied');
    const appended = await appendDisposition(limited, disposition).catch((error: unknown) => String(error));
    expect(appended).toContain(appends ? 'appended' : 'permission denied');
  });
});
