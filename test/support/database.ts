import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startEmbeddedDatabase } from '#line/plant/start-embedded-database.ts';

export type DatabaseKind = 'PostgreSQL' | 'PGlite';

/** An empty database of a test's own, gone when disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  readonly url: string;
}

const serverUrl = process.env['HAIRLINE_TEST_DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/postgres';

/** True when a real PostgreSQL answers; says on standard error which one is used. */
export async function hasPostgres(): Promise<boolean> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** A fresh database: on the real PostgreSQL where one answers, else PGlite behind its socket. */
export async function freshDatabase(kind?: DatabaseKind): Promise<TestDatabase> {
  const chosen = kind ?? ((await hasPostgres()) ? 'PostgreSQL' : 'PGlite');
  if (kind === undefined) process.stderr.write(`database of this test: ${chosen}\n`);
  if (chosen === 'PostgreSQL') return freshPostgres();
  const embedded = await startEmbeddedDatabase({ dataDir: null, port: 0 });
  return { kind: 'PGlite', url: embedded.url, [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose]() };
}

/** The same database for a login of its own that has the rights of one role; PGlite has its owner's session alone. */
export async function loginAs(role: string, { kind, url }: TestDatabase): Promise<TestDatabase> {
  if (kind === 'PGlite') return { kind, url, [Symbol.asyncDispose]: () => Promise.resolve() };
  const login = `hairline_test_${randomBytes(6).toString('hex')}`;
  // The store makes the role, and need not have been there yet.
  await onServer(`create role ${role} nologin`).catch(() => undefined);
  await onServer(`create role ${login} login in role ${role}`);
  const own = new URL(url);
  own.username = login;
  return { kind, url: own.href, [Symbol.asyncDispose]: () => onServer(`drop role ${login}`) };
}

/** A fresh database of the real PostgreSQL with all its files in `folder`, which has to be empty and that server's own. */
export async function freshDatabaseIn(folder: string): Promise<TestDatabase> {
  const name = `hairline_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create tablespace ${name} location '${folder}'`);
  const inside = await freshPostgres(` tablespace ${name}`);
  return {
    ...inside,
    [Symbol.asyncDispose]: async () => {
      await inside[Symbol.asyncDispose]();
      await onServer(`drop tablespace ${name}`);
    },
  };
}

async function freshPostgres(where = ''): Promise<TestDatabase> {
  const name = `hairline_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}${where}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    kind: 'PostgreSQL',
    url: url.href,
    [Symbol.asyncDispose]: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
