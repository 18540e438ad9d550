import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '#line/free-port.ts';
import { deliverReports } from '#mes/deliver-reports.ts';
import { reportSchema } from '#mes/report.schema.ts';
import { webhookChannel } from '#mes/webhook/webhook-channel.ts';
import { channels } from '#store/cli/channels.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { channelState } from '#store/queries/report-channel.ts';
import { openRefusals } from '#store/queries/report-refusal.ts';
import { askAgain } from '#store/queries/send-again.ts';
import { storeHealth } from '#store/queries/store-health.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const patience = { timeout: 30_000, interval: 50 };
const order = { forget: undefined, again: undefined, fromReportNo: undefined };

describe.each(kinds)('reports that are to come once more, on %s', (kind) => {
  const stack = new AsyncDisposableStack();
  /** Numbers of reports as they came; what is refused is told apart by its serial. */
  const came: number[] = [];
  const refused = new Set(['S-3', 'S-5']);
  let database: Database;
  beforeAll(async () => {
    const server = stack.use(await freshDatabase(kind));
    database = stack.use(openDatabase({ url: server.url, connections: 3, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    const port = await freePort();
    const receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      request.on('end', () => {
        const { reportNo, serial } = reportSchema.parse(JSON.parse(body));
        came.push(reportNo);
        response.writeHead(refused.has(serial) ? 422 : 204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve));
    stack.defer(() => void receiver.close());
    const stopper = new AbortController();
    const secret = 'a secret of some thirty letters';
    const channel = webhookChannel({ url: `http://127.0.0.1:${port}/`, secret, now: Date.now, timeoutMs: 5_000 });
    const ended = deliverReports({ database, channel, log: silentLog, stop: stopper.signal, pollMs: 20 }).catch(
      (error: unknown) => error,
    );
    stack.defer(async () => {
      stopper.abort();
      await ended;
    });
    const messages = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => testMessage(number, { serial: `S-${number}` }));
    await ingest(database, messages.map(asRead));
  });
  afterAll(() => stack.disposeAsync());

  it('are named with their reason while the receiver refuses them', async () => {
    await vi.waitFor(async () => expect((await channelState(database, 'webhook')).deliveredUpTo).toBe(8), patience);
    expect(came).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const reason = 'the receiver answered 422';
    expect(await openRefusals(database, 10)).toMatchObject([
      { channel: 'webhook', reportNo: 3, reason, again: false },
      { channel: 'webhook', reportNo: 5, reason, again: false },
    ]);
    expect((await storeHealth(database)).refusedReports).toBe(2);
    expect(await channels(database, order)).toBe(0);
  });

  it('come again when they are asked for, and are settled once they are taken', async () => {
    came.length = 0;
    refused.delete('S-3');
    expect(await channels(database, { ...order, again: 'webhook' })).toBe(0);
    await vi.waitFor(
      async () => expect(await openRefusals(database, 10)).toMatchObject([{ reportNo: 5, again: false }]),
      patience,
    );
    expect(came).toEqual([3, 5]);
    refused.clear();
    expect(await channels(database, { ...order, again: 'webhook' })).toBe(0);
    await vi.waitFor(async () => expect(await openRefusals(database, 10)).toEqual([]), patience);
    expect(came).toEqual([3, 5, 5]);
    expect(await channels(database, { ...order, again: 'webhook' }), 'nothing is refused any more').toBe(1);
  });

  it('come again from a number on, in order, before what is new', async () => {
    came.length = 0;
    expect(await channels(database, { ...order, again: 'webhook', fromReportNo: '6' })).toBe(0);
    expect(await askAgain(database, 'webhook', 7), 'an earlier asking stays').toBe(true);
    await vi.waitFor(async () => expect((await channelState(database, 'webhook')).againFrom).toBeNull(), patience);
    await ingest(database, [asRead(testMessage(9))]);
    await vi.waitFor(async () => expect((await channelState(database, 'webhook')).deliveredUpTo).toBe(9), patience);
    expect(came).toEqual([6, 7, 8, 9]);
    expect(await channels(database, { ...order, again: 'webhook', fromReportNo: '10' }), 'it comes anyhow').toBe(1);
    expect(await channels(database, { ...order, again: 'fax', fromReportNo: '1' }), 'there is no such way').toBe(1);
  });

  it.each([
    ['a number that is none', { again: 'webhook', fromReportNo: 'x' }],
    ['a number without a channel', { fromReportNo: '1' }],
    ['Sparkplug, which tells how things stand', { again: 'sparkplug' }],
  ])('are not asked for with %s', async (_, wrong) => {
    await expect(channels(database, { ...order, ...wrong })).rejects.toMatchObject({ code: 'COMMAND_INVALID' });
  });
});
