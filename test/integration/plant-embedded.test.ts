import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedDatabase } from '#line/plant/start-embedded-database.ts';
import { spawnProcess } from '../support/spawn-process.ts';

describe('the embedded plant', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hairline-plant-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (...more: readonly string[]) => spawnProcess('line/plant/main.ts', {}, ['--data', folder, ...more]);
  const urlsOf = (facts: Readonly<Record<string, unknown>>) =>
    facts as { readonly databaseUrl: string; readonly mqttUrl: string };

  it('serves database and broker on free ports and keeps what was committed over kill -9', async () => {
    await using plant = start();
    const first = urlsOf(await plant.ready);
    const client = await mqtt.connectAsync(first.mqttUrl, { protocolVersion: 4 });
    await client.publishAsync('a/b', 'c', { qos: 1 });
    await client.endAsync();
    const writer = new Client({ connectionString: first.databaseUrl });
    await writer.connect();
    writer.on('error', () => undefined);
    await writer.query('create table kept (number integer primary key)');
    for (let number = 1; number <= 50; number += 1) await writer.query('insert into kept values ($1)', [number]);
    await writer.query('begin');
    await writer.query('insert into kept values (1000)');
    await plant.kill();

    await using again = start();
    const second = urlsOf(await again.ready);
    const reader = new Client({ connectionString: second.databaseUrl });
    await reader.connect();
    const { rows } = await reader.query('select count(*)::int as count, max(number) as highest from kept');
    await reader.end();
    expect(rows).toEqual([{ count: 50, highest: 50 }]);
  });

  it('refuses a data folder that another one uses', async () => {
    await using plant = start('--no-database');
    expect(Object.keys(await plant.ready)).toEqual(['mqttUrl']);
    await using second = start('--no-database');
    await expect(second.ready).rejects.toThrow('DATA_DIR_LOCKED');
  });

  it('names a command line that it does not understand', async () => {
    await using plant = start('--no-broker', '--fast');
    await expect(plant.ready).rejects.toThrow('COMMAND_INVALID');
  });
});

describe('the one session of the embedded database', () => {
  it('serves transactions, errors, killed connections and half requests at one time', async () => {
    await using server = await startEmbeddedDatabase({ dataDir: null, port: 0 });
    const pool = new Pool({ connectionString: server.url, max: 6 });
    pool.on('error', () => undefined);
    await pool.query('create table entry (number integer primary key, note text)');
    const refused: string[] = [];
    const refuse = (error: Error): void => void refused.push(error.message);

    const transactions = async (writer: number): Promise<void> => {
      for (let index = 0; index < 30; index += 1) {
        const client = await pool.connect();
        await client.query('begin');
        await client.query('insert into entry values ($1, $2)', [writer * 1000 + index, 'kept']);
        if (index % 7 === 0)
          await client.query('insert into entry values ($1, $2)', [writer * 1000 + index, 'again']).catch(refuse);
        await client.query(index % 7 === 0 ? 'rollback' : 'commit');
        client.release();
      }
    };
    const errors = async (): Promise<void> => {
      for (let index = 0; index < 30; index += 1) await pool.query('select $1::int', ['no number']).catch(refuse);
    };
    const broken = async (leave: (client: Client) => Promise<void>): Promise<void> => {
      for (let index = 0; index < 10; index += 1) {
        const client = new Client({ connectionString: server.url });
        client.on('error', () => undefined);
        await client.connect();
        await leave(client);
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      }
    };
    const inTransaction = async (client: Client): Promise<void> => {
      await client.query('begin');
      await client.query(`insert into entry values (900000, 'never')`);
    };
    const inRequest = async (client: Client): Promise<void> => {
      const { connection } = client as unknown as {
        connection: Record<'parse' | 'bind' | 'execute', (step: object) => void>;
      };
      connection.parse({ text: `insert into entry values (800000, 'half')`, name: '', types: [] });
      connection.bind({ portal: '', statement: '', values: [], binary: false });
      connection.execute({ portal: '' });
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await Promise.all([transactions(1), transactions(2), errors(), broken(inTransaction), broken(inRequest)]);
    const { rows } = await pool.query('select note, count(*)::int as count from entry group by note');
    await pool.end();
    expect(rows).toEqual([{ note: 'kept', count: 50 }]);
    expect(refused).toHaveLength(40);
  });
});
