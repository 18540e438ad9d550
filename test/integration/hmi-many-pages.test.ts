import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { openEventStream } from '../support/event-stream.ts';
import { testMessage } from '../support/inspection-message.ts';

const pages = 50;
const sha256 = 'a'.repeat(64);

describe('fifty pages on one dashboard', () => {
  let dashboard: TestDashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    dashboard.edge.images.set(sha256, Buffer.from('89504e470d0a1a0a', 'hex'));
  });
  afterAll(() => dashboard[Symbol.asyncDispose]());

  const askAll = (url: string) =>
    Promise.all(Array.from({ length: pages }, () => dashboard.server.inject({ url, headers: withToken })));
  const timesAsked = (path: string): number => dashboard.edge.asked.filter((asked) => asked === path).length;

  it.each([
    { what: 'a frame', url: `/api/v1/evidence/${sha256}?station=pcb`, path: `/evidence/${sha256}` },
    { what: 'its health', url: '/api/v1/health', path: '/health' },
  ])('ask the edge node for $what once', async ({ url, path }) => {
    const answers = await askAll(url);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(timesAsked(path)).toBe(1);
  });

  it('see at once that a station is released', async () => {
    const admin = await dashboard.as('operator');
    dashboard.edge.locked = true;
    dashboard.edge.components['lock'] = { state: 'fault', detail: 'locked', wayOut: '' };
    const lockState = async () => {
      const health = await dashboard.server.inject({ url: '/api/v1/health', headers: withToken });
      return health.json().components.find(({ kind }: { kind: string }) => kind === 'lock')?.state;
    };
    await expect.poll(lockState, { timeout: 5000 }).toBe('down');
    dashboard.edge.components['lock'] = { state: 'ok', detail: '', wayOut: '' };
    await dashboard.server.inject({
      method: 'POST',
      url: '/api/v1/stations/pcb/lock/release',
      headers: admin,
      payload: { reason: 'looked at it' },
    });
    expect(await lockState()).toBe('up');
  });

  it('are told of each inspection once, also of more at one time than are read at once', async () => {
    const url = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    await using stream = await openEventStream(`${url}/api/v1/live`, withToken);
    // What the feed finds at its first look it takes for known.
    await expect.poll(() => dashboard.feed.databaseTrouble()).toBeNull();
    const messages = Array.from({ length: 450 }, (_, index) => testMessage(index + 1));
    await dashboard.store(...messages);
    const last = testMessage(500);
    await dashboard.store(last);
    const serials = [];
    while (serials.at(-1) !== last.serial) {
      serials.push(((await stream.next('inspection')).data as { serial: string }).serial);
    }
    expect(serials).toEqual([...messages, last].map(({ serial }) => serial));
  });
});
