import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '#line/free-port.ts';
import { deliverReports } from '#mes/deliver-reports.ts';
import { webhookChannel } from '#mes/webhook/webhook-channel.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { channelState } from '#store/queries/report-channel.ts';
import { freshDatabase } from '../support/database.ts';
import { asRead, testMessage, uuidOf } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const patience = { timeout: 60_000, interval: 100 };

/** The receiver in Python, and what it has counted. */
function startReceiver(port: number, key: string, failures = 0) {
  const child: ChildProcess = spawn(
    'python3',
    ['test/support/webhook-receiver.py', String(port), key, String(failures)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const reports: { readonly reportId: string; readonly reportNo: number; readonly kind: string }[] = [];
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => reports.push(JSON.parse(line) as (typeof reports)[number]));
  }
  return { reports, stop: () => void child.kill() };
}

describe.runIf(hasPython)('an MES behind a webhook, in another language', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  async function plant() {
    const server = await freshDatabase();
    const database = openDatabase({ url: server.url, connections: 3, name: 'test', log: silentLog });
    await migrateToLatest(database);
    const port = await freePort();
    const stopper = new AbortController();
    const channel = webhookChannel({ url: `http://127.0.0.1:${port}/`, secret, now: Date.now, timeoutMs: 5_000 });
    const delivering = deliverReports({ database, channel, log: silentLog, stop: stopper.signal, pollMs: 50 });
    stops.push(() => stopper.abort());
    const ended = delivering.catch((error: unknown) => error);
    const close = async (): Promise<void> => {
      stopper.abort();
      await ended;
      await database[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
    return { database, port, [Symbol.asyncDispose]: close };
  }

  it('gets every report once and in order after it was down, refused some and answered badly', async () => {
    await using running = await plant();
    const { database, port } = running;
    const messages = Array.from({ length: 150 }, (_, index) =>
      testMessage(index + 1, index === 70 ? { serial: 'refuse-me' } : {}),
    );
    for (let start = 0; start < 150; start += 50) await ingest(database, messages.slice(start, start + 50).map(asRead));
    const [first] = messages;
    await appendDisposition(database, {
      dispositionId: uuidOf('disposition'),
      inspectionId: first?.inspectionId ?? '',
      disposition: 'accept',
      verified: 'false-call',
      reason: 'dust',
      decidedBy: 'maria',
      personId: null,
      address: null,
    });
    const receiver = startReceiver(port, secret, 2);
    stops.push(receiver.stop);
    await vi.waitFor(() => expect(receiver.reports).toHaveLength(151), patience);
    const numbers = receiver.reports.map((report) => report.reportNo);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(receiver.reports.at(-1)).toMatchObject({ kind: 'disposition', inspectionId: first?.inspectionId });
    await vi.waitFor(
      async () => expect((await channelState(database, 'webhook')).deliveredUpTo).toBe(numbers.at(-1)),
      patience,
    );
    const refused = await database.selectFrom('reportRefusal').select(['reason']).execute();
    expect(refused).toEqual([{ reason: 'the receiver answered 422' }]);
  });

  it('waits while the receiver has another key, and loses nothing', async () => {
    await using running = await plant();
    const { database, port } = running;
    await ingest(database, [asRead(testMessage(1)), asRead(testMessage(2))]);
    const wrong = startReceiver(port, 'another secret of 24 letters');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    wrong.stop();
    expect(wrong.reports).toEqual([]);
    expect((await channelState(database, 'webhook')).deliveredUpTo).toBe(0);
    const right = startReceiver(port, secret);
    stops.push(right.stop);
    await vi.waitFor(() => expect(right.reports).toHaveLength(2), patience);
  });
});
