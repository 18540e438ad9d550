import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FaultError } from '#host/fault.ts';
import { outboxSchema } from '#edge/outbox/outbox-schema.ts';

export interface NewStream {
  readonly streamId: string;
  readonly createdAt: string;
}

/**
 * Opens the database of the outbox, makes it where there is none, and holds it alone until closed.
 * Every commit is on disk when it returns (WAL with synchronous FULL), unless its writer asks for less.
 * `DATA_DIR_LOCKED` where another process holds it, `CONFIG_INVALID` where a newer version wrote it.
 */
export function openDatabase(path: string, newStream: () => NewStream): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    // The lock is taken by the first write, so that a second process is told at once.
    database.exec('BEGIN IMMEDIATE');
    migrate(database, path, newStream);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw isBusy(error) ? lockedFault(path, error) : error;
  }
}

function migrate(database: DatabaseSync, path: string, newStream: () => NewStream): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > outboxSchema.length) {
    throw new FaultError('CONFIG_INVALID', `the outbox was written by a newer version (${version})`, {
      place: path,
      wayOut: 'Start the version that wrote it, or name another HAIRLINE_DATA_DIR.',
    });
  }
  for (const tables of outboxSchema.slice(version)) database.exec(tables);
  database.exec(`PRAGMA user_version = ${outboxSchema.length}`);
  if (version > 0) return;
  const { streamId, createdAt } = newStream();
  database.prepare('INSERT INTO stream VALUES (1, ?, ?, 0, 0)').run(streamId, createdAt);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked|SQLITE_BUSY/.test(error.message);
}

function lockedFault(path: string, cause: unknown): FaultError {
  return new FaultError('DATA_DIR_LOCKED', 'another process holds the outbox', {
    place: path,
    wayOut: 'Stop the other edge node of this station, or give this one its own HAIRLINE_DATA_DIR.',
    cause,
  });
}
