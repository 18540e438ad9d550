import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Migrator, type Migration, type MigrationResult } from 'kysely/migration';
import { FaultError } from '#host/fault.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';

const folder = resolve(import.meta.dirname, '..', 'migrations');

/** Reads the migrations that this version ships, by name. */
async function shippedMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => /^\d{14}_\w+\.ts$/.test(name)).toSorted();
  const migrations: Record<string, Migration> = {};
  for (const name of names) {
    migrations[name.slice(0, -'.ts'.length)] = (await import(pathToFileURL(resolve(folder, name)).href)) as Migration;
  }
  return migrations;
}

/** Migrates up and down; each run holds an advisory lock in one transaction, so that two stores do not meet. */
export function createMigrator(database: Database): Migrator {
  return new Migrator({ db: database, provider: { getMigrations: shippedMigrations } });
}

/**
 * Brings the database to the tables of this version. Returns the names of the migrations that ran.
 * @throws FaultError DATABASE_SCHEMA_MISMATCH where a newer version of Hairline has been there, or a migration fails.
 */
export async function migrateToLatest(database: Database): Promise<readonly string[]> {
  const { error, results } = await createMigrator(database).migrateToLatest();
  if (error !== undefined) throw asFault(error, results ?? []);
  return (results ?? []).map((result) => result.migrationName);
}

/** True when the database has run exactly the migrations of this version. */
export async function isMigrated(database: Database): Promise<boolean> {
  const migrations = await createMigrator(database).getMigrations();
  return migrations.every((migration) => migration.executedAt !== undefined);
}

function asFault(error: unknown, results: readonly MigrationResult[]): unknown {
  if (isConnectionError(error)) return error;
  const failed = results.find((result) => result.status === 'Error')?.migrationName;
  const message = error instanceof Error ? error.message : String(error);
  return new FaultError('DATABASE_SCHEMA_MISMATCH', `the tables cannot be brought to this version: ${message}`, {
    place: failed ? `migrations/${failed}.ts` : 'table kysely_migration',
    wayOut: 'Start the version of Hairline that made these tables, or name another database in HAIRLINE_DATABASE_URL.',
    cause: error,
  });
}
