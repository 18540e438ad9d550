import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase, loginAs } from '../support/database.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess, type SpawnedProcess } from '../support/spawn-process.ts';

const environment = {
  HAIRLINE_DATABASE_URL: 'postgres://127.0.0.1:9/nowhere',
  HAIRLINE_MQTT_URL: 'mqtt://127.0.0.1:9',
  HAIRLINE_HTTP_PORT: '0',
};

describe('the log of the dashboard', () => {
  it('does not carry a token that was set', async () => {
    const token = 'set-by-the-operator-1';
    await using hmi = spawnProcess('hmi/main.ts', { ...environment, HAIRLINE_API_TOKEN: token });
    const { url } = await hmi.ready;
    await expect.poll(hmi.said).toContain('dashboard serves');
    expect(hmi.said()).toContain(String(url));
    expect(hmi.said()).not.toContain(token);
  });

  it('tells of a broker that is away, and serves', async () => {
    await using hmi = spawnProcess('hmi/main.ts', environment);
    await hmi.ready;
    await expect.poll(hmi.said).toContain('BROKER_UNREACHABLE');
  });
});

describe('a port that another program holds', () => {
  it('is told of, with the next free one', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await using hmi = spawnProcess('hmi/main.ts', { ...environment, HAIRLINE_HTTP_PORT: String(port) });
    const { url, portInUse } = await hmi.ready;
    expect(portInUse).toBe(port);
    expect(Number(new URL(String(url)).port)).toBeGreaterThan(port);
    other.close();
  });
});

describe('the first admin', () => {
  it('finds a link in the log, which waits for the tables, and a new one at each start until a password is chosen', async () => {
    await using server = await freshDatabase();
    await using login = await loginAs('hairline_hmi', server);
    const settings = { ...environment, HAIRLINE_DATABASE_URL: login.url };
    await using hmi = spawnProcess('hmi/main.ts', settings);
    await hmi.ready;
    await sleep(1500);
    expect(hmi.said(), 'no tables, no link').not.toContain('/link#');
    await using database = openDatabase({ url: server.url, connections: 1, name: 'test', log: silentLog });
    await migrateToLatest(database);
    const [first, second] = [await linkIn(hmi), await restarted(hmi)];
    expect(second).not.toBe(first);
    const { origin } = new URL(second);
    const { cookie, status } = await open(second);
    expect(status).toBe(200);
    expect((await open(second)).status, 'a link opens once').toBe(401);
    const answer = await fetch(`${origin}/api/v1/session/password`, {
      method: 'PUT',
      headers: { origin, cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ current: null, next: 'a long enough password' }),
    });
    expect(answer.status).toBe(200);
    await hmi.restart();
    await sleep(2000);
    expect(hmi.said().match(/\/link#/g)).toHaveLength(2);
  });
});

async function linkIn(hmi: SpawnedProcess, number = 1): Promise<string> {
  const links = (): string[] => [...hmi.said().matchAll(/"link":"([^"]+)"/g)].map(([, link]) => link ?? '');
  await expect.poll(links, { timeout: 10_000 }).toHaveLength(number);
  return links().at(-1) ?? '';
}

async function restarted(hmi: SpawnedProcess): Promise<string> {
  await hmi.restart();
  return linkIn(hmi, 2);
}

/** Opens a link as the page does. */
async function open(link: string): Promise<{ readonly status: number; readonly cookie: string }> {
  const { origin, hash } = new URL(link);
  const answer = await fetch(`${origin}/api/v1/session/link`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.slice(1) }),
  });
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}
