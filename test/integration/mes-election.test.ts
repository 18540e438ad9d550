import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { holdElection } from '#mes/hold-election.ts';
import type { Database } from '#store/database.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase, hasPostgres } from '../support/database.ts';
import { silentLog } from '../support/silent-log.ts';

const patience = { timeout: 30_000, interval: 50 };

describe.runIf(await hasPostgres())('processes that would send reports', () => {
  it('are one at a time, and the next one takes over when the connection of the first is cut', async () => {
    await using server = await freshDatabase('PostgreSQL');
    const open = (name: string) => openDatabase({ url: server.url, connections: 2, name, log: silentLog });
    await using first = open('first');
    await using second = open('second');
    const stopper = new AbortController();
    const working: string[] = [];
    const run = async (database: Database, name: string): Promise<void> => {
      while (!stopper.signal.aborted) {
        await holdElection({ database, log: silentLog, stop: stopper.signal, pollMs: 50 }, async (elected) => {
          working.push(name);
          await new Promise((resolve) => elected.addEventListener('abort', resolve, { once: true }));
          working.splice(working.indexOf(name), 1);
        }).catch(() => undefined);
      }
    };
    const running = [run(first, 'first')];
    await vi.waitFor(() => expect(working).toEqual(['first']), patience);
    running.push(run(second, 'second'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(working).toEqual(['first']);
    const locks = await sql`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`.execute(
      second,
    );
    expect(locks.rows).toHaveLength(1);
    await vi.waitFor(() => expect(working).toHaveLength(1), patience);
    await vi.waitFor(async () => {
      const { rows } = await sql<{
        name: string;
      }>`select application_name as name from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and datname = current_database()`.execute(second);
      expect(rows.map((row) => row.name)).toEqual(working);
    }, patience);
    stopper.abort();
    await Promise.all(running);
  });
});
