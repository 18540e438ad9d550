import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { openDatabase } from '#store/open-database.ts';
import { mountSmallDisk, type SmallDisk } from '../campaign/plant/small-disk.ts';
import { freshBroker } from '../support/broker.ts';
import { freshDatabaseIn, hasPostgres, type TestDatabase } from '../support/database.ts';
import { testMessage } from '../support/inspection-message.ts';
import { sendMessages } from '../support/message-sender.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess } from '../support/spawn-process.ts';

const patience = { timeout: 60_000, interval: 100 };

it('a full disk under the database holds parts back at the edge nodes and loses none', async () => {
  await using stack = new AsyncDisposableStack();
  const small = (await hasPostgres()) ? await smallDatabase(stack) : null;
  if (small === null)
    return void process.stderr.write('a full disk of PostgreSQL: not run, no PostgreSQL here to mount one for\n');
  const { disk, server } = small;
  const broker = stack.use(await freshBroker());
  const database = stack.use(openDatabase({ url: server.url, connections: 1, name: 'test', log: silentLog }));
  const settings = { HAIRLINE_DATABASE_URL: server.url, HAIRLINE_MQTT_URL: broker.url };
  const store = stack.use(spawnProcess('store/main.ts', settings));
  await store.ready;

  const [first, ...others] = Array.from({ length: 400 }, (_, index) => testMessage(index + 1));
  if (first === undefined) throw new Error('no message');
  const sender = stack.use(sendMessages(broker.url, first));
  sender.push(first);
  await vi.waitFor(() => expect(sender.mark()).toBe(1), patience);

  disk.fill();
  for (const message of others) sender.push(message);
  await vi.waitFor(() => expect(store.said()).toContain('No space left on device'), patience);
  const before = refusalsIn(store.said());
  await sleep(3_000);
  // It goes on trying, with pauses that grow, and nothing counts as stored that is not.
  expect(refusalsIn(store.said()) - before).toBeLessThan(10);
  const count = async (): Promise<number> =>
    (
      await database
        .selectFrom('inspection')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count;
  expect(sender.mark()).toBe(await count());
  expect(sender.mark()).toBeLessThan(400);

  disk.empty();
  await vi.waitFor(async () => expect([sender.mark(), await count()]).toEqual([400, 400]), patience);
  const dead = await database.selectFrom('deadLetter').select('reason').execute();
  expect(dead).toEqual([]);
}, 180_000);

const refusalsIn = (said: string): number => said.split('"code":"DATABASE_UNREACHABLE"').length - 1;

/** A database of PostgreSQL on a small disk of its own; null where this user may not make one for that server. */
async function smallDatabase(
  stack: AsyncDisposableStack,
): Promise<{ readonly disk: SmallDisk; readonly server: TestDatabase } | null> {
  const folder = mkdtempSync(join(tmpdir(), 'hairline-small-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const disk = stack.use(mountSmallDisk(folder, 64));
  if (!disk.mounted) return null;
  const place = join(folder, 'data');
  mkdirSync(place);
  if (spawnSync('chown', ['postgres', place]).status !== 0) return null;
  // A server on another machine does not see the folder.
  const server = await freshDatabaseIn(place).catch(() => null);
  if (server === null) return null;
  return { disk, server: stack.use(server) };
}
