import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '#line/free-port.ts';

/** A PostgreSQL server of its own on a free port, which can be killed and started again. */
export interface PostgresCluster extends AsyncDisposable {
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

const debian = '/usr/lib/postgresql';
const folders = [
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
  ...(process.env['PATH'] ?? '').split(':'),
];
const programs = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));

export function hasPostgresPrograms(): boolean {
  return programs !== undefined;
}

/** Makes a cluster as initdb does it, with fsync, and starts it. */
export async function startPostgresCluster(): Promise<PostgresCluster> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'hairline-postgres-'));
  const user = ownUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = spawnSync(join(programs ?? '', 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const child = running;
    running = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
    // After a kill the backends need a moment to notice; until then the server will not start.
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (!running || running.exitCode !== null) {
        running = spawn(join(programs ?? '', 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
      }
      if (await answers(url)) return;
      await sleep(100);
    }
    throw new Error(`PostgreSQL does not start in ${folder}`);
  };
  await start();
  return {
    url,
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      running?.kill('SIGINT');
      await sleep(500);
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root. */
function ownUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
