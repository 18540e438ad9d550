import { sql } from 'kysely';
import { NO_MIGRATIONS } from 'kysely/migration';
import { describe, expect, it } from 'vitest';
import { FaultError } from '#host/fault.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { createMigrator, isMigrated, migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];

/** Everything a migration makes, as the catalog tells it. */
async function schemaOf(database: Database): Promise<readonly unknown[]> {
  const ours = sql`namespace.nspname = 'public' and not relname like 'kysely_migration%'`;
  const { rows } = await sql`
    select relname as name, relkind::text as kind, pg_get_indexdef(pg_class.oid) as definition
      from pg_class join pg_namespace as namespace on namespace.oid = relnamespace
      where ${ours} and relkind in ('i', 'I')
    union all
    select relname || '.' || attname, format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || attidentity::text,
      pg_get_expr(adbin, adrelid)
      from pg_attribute join pg_class on pg_class.oid = attrelid
      join pg_namespace as namespace on namespace.oid = relnamespace
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where ${ours} and relkind in ('r', 'p') and attnum > 0 and not attisdropped
    union all
    select relname || '/' || conname, contype::text, pg_get_constraintdef(pg_constraint.oid)
      from pg_constraint join pg_class on pg_class.oid = conrelid
      join pg_namespace as namespace on namespace.oid = relnamespace where ${ours} and contype <> 'n'
    union all
    select relname || '!' || tgname, 'trigger', pg_get_triggerdef(pg_trigger.oid)
      from pg_trigger join pg_class on pg_class.oid = tgrelid
      join pg_namespace as namespace on namespace.oid = relnamespace where ${ours} and not tgisinternal
    union all
    select proname, 'function', prosrc from pg_proc join pg_namespace as namespace on namespace.oid = pronamespace
      where namespace.nspname = 'public'
    union all
    select relname || ':acl', 'grants', relacl::text from pg_class
      join pg_namespace as namespace on namespace.oid = relnamespace
      where ${ours} and relkind in ('r', 'p', 'S')
    order by 1, 2, 3`.execute(database);
  return rows;
}

/** Every table with its columns, as a file of TypeScript. */
async function catalogOf(database: Database): Promise<string> {
  const { rows } = await sql<{ table: string; column: string; type: string; filled: boolean }>`
    select relname as "table", attname as "column", typname as type, attnotnull as filled
    from pg_attribute join pg_class on pg_class.oid = attrelid join pg_type on pg_type.oid = atttypid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and attnum > 0 and not attisdropped and relname not like 'kysely_migration%'
    order by relname, attnum`.execute(database);
  const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const tables = Map.groupBy(rows, ({ table }) => camel(table));
  const lines = Array.from(tables, ([table, columns]) => [
    `  ${table}: {`,
    ...columns.map(({ column, type, filled }) => `    ${camel(column)}: '${type}${filled ? '' : ' | null'}',`),
    '  },',
  ]);
  const says = '// Tables as the migrations make them; written by test/integration/store-migrations.test.ts.';
  return [says, 'export const catalog = {', ...lines.flat(), '} as const;', ''].join('\n');
}

describe.each(kinds)('migrations on %s', (kind) => {
  it('go up, down to nothing, and up again to the same tables', async () => {
    await using server = await freshDatabase(kind);
    await using database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    expect(await isMigrated(database)).toBe(false);
    const names = await migrateToLatest(database);
    expect(names.length).toBeGreaterThan(0);
    expect(await isMigrated(database)).toBe(true);
    const once = await schemaOf(database);
    // test/store/catalog.test.ts holds the types of the queries against it.
    await expect(await catalogOf(database)).toMatchFileSnapshot('../store/catalog.ts');

    const { error } = await createMigrator(database).migrateTo(NO_MIGRATIONS);
    expect(error).toBeUndefined();
    expect(await schemaOf(database)).toEqual([]);

    expect(await migrateToLatest(database)).toEqual(names);
    expect(await schemaOf(database)).toEqual(once);
    expect(await migrateToLatest(database), 'nothing is left to do').toEqual([]);
  });

  it('go down one by one with data in the tables', async () => {
    await using server = await freshDatabase(kind);
    await using database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    const names = await migrateToLatest(database);
    await ingest(database, [asRead(testMessage(1)), asRead(testMessage(3))]);
    for (const name of names.toReversed()) {
      const { error, results } = await createMigrator(database).migrateDown();
      expect(error, name).toBeUndefined();
      expect(results?.map((result) => result.migrationName)).toEqual([name]);
    }
    expect(await schemaOf(database)).toEqual([]);
  });

  it('are made once where two stores start at one time', async () => {
    await using server = await freshDatabase(kind);
    await using database = openDatabase({ url: server.url, connections: 4, name: 'test', log: silentLog });
    const made = await Promise.all([migrateToLatest(database), migrateToLatest(database)]);
    expect(made.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('refuse a database that a later version has changed', async () => {
    await using server = await freshDatabase(kind);
    await using database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    await migrateToLatest(database);
    await sql`insert into kysely_migration values ('29991231000000_change_everything', '2999-12-31')`.execute(database);
    const refused = await migrateToLatest(database).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FaultError);
    expect(refused).toMatchObject({ code: 'DATABASE_SCHEMA_MISMATCH' });
  });
});
