import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { Log } from '#host/log.ts';
import type { Database, DatabaseSchema } from '#store/database.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name */
  readonly url: string;
  /** Connections at one time. */
  readonly connections: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly log: Log;
}

const oids = { int8: 20, timestamptz: 1184 } as const;

/** Opens a pool. Nothing is asked of the server yet: a database that is down shows with the first query. */
export function openDatabase(options: DatabaseOptions): Database & AsyncDisposable {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    // Compiling a plan costs some 200 ms, which no question of ours takes.
    options: '-c jit=off',
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that breaks while idle is replaced by the pool, one that breaks in use fails its next statement. Without
  // listeners either would end the process.
  const lost = (error: Error): void => options.log.warn({ err: error }, 'database connection lost');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return new Kysely<DatabaseSchema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === oids.int8) return parseInt8;
  if (oid === oids.timestamptz) return parseInstant;
  return types.getTypeParser(oid, format as 'text');
}

/** Counts and sequences; none of ours comes near 2^53. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond the safe integers`);
  return value;
}

function parseInstant(text: string): string {
  const parsed: unknown = types.getTypeParser(types.builtins.TIMESTAMPTZ)(text);
  return parsed instanceof Date ? parsed.toISOString() : text;
}
