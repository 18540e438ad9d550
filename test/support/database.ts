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

async function freshPostgres(): Promise<TestDatabase> {
  const name = `hairline_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
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
