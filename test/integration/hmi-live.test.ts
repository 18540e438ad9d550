import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { openEventStream } from '../support/event-stream.ts';
import { testMessage } from '../support/inspection-message.ts';

describe('live events', () => {
  let dashboard: TestDashboard;
  let url: string;
  let sequence = 0;
  const next = () => testMessage((sequence += 1));
  const serialOf = (event: { readonly data: unknown }): string => (event.data as { readonly serial: string }).serial;

  beforeAll(async () => {
    dashboard = await startDashboard();
    url = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    await dashboard.store(next());
  });
  afterAll(() => dashboard[Symbol.asyncDispose]());

  it('tell of each inspection as soon as it is stored', async () => {
    await using stream = await openEventStream(`${url}/api/v1/live`, withToken);
    const message = next();
    await dashboard.store(message);
    // The feed may hear of the part stored before only now.
    let event = await stream.next('inspection');
    if (serialOf(event) !== message.serial) event = await stream.next('inspection');
    expect(event.data).toMatchObject({ serial: message.serial, verdict: message.verdict });
  });

  it('begin after the cursor of the overview, without a gap', async () => {
    const overview = await dashboard.server.inject({ url: '/api/v1/overview', headers: withToken });
    const [first, second] = [next(), next()];
    await dashboard.store(first);
    const after = encodeURIComponent(overview.json().cursor);
    await using stream = await openEventStream(`${url}/api/v1/live?after=${after}`, withToken);
    expect(serialOf(await stream.next('inspection'))).toBe(first.serial);
    await dashboard.store(second);
    expect(serialOf(await stream.next('inspection'))).toBe(second.serial);
  });

  it('go on after the last one a screen saw, also on a server started anew', async () => {
    const seen = next();
    const stream = await openEventStream(`${url}/api/v1/live`, withToken);
    await dashboard.store(seen);
    const { id } = await stream.next('inspection');
    await stream[Symbol.asyncDispose]();
    const missed = [next(), next(), next()];
    await dashboard.store(...missed);
    const resumed = { ...withToken, 'last-event-id': String(id) };

    const again = await dashboard.restart();
    for (const place of [url, await again.listen({ host: '127.0.0.1', port: 0 })]) {
      await using later = await openEventStream(`${place}/api/v1/live`, resumed);
      const wanted = new Set(missed.map(({ serial }) => serial));
      while (wanted.size > 0) wanted.delete(serialOf(await later.next('inspection')));
      expect(wanted.size).toBe(0);
    }
  });

  it('come to every screen once, whatever their number', async () => {
    const streams = await Promise.all([1, 2, 3, 4, 5].map(() => openEventStream(`${url}/api/v1/live`, withToken)));
    const messages = Array.from({ length: 40 }, next);
    for (const message of messages) await dashboard.store(message);
    for (const stream of streams) {
      const serials = [];
      for (const _ of messages) serials.push(serialOf(await stream.next('inspection')));
      expect(serials).toEqual(messages.map(({ serial }) => serial));
      await stream[Symbol.asyncDispose]();
    }
  });

  it('ask a screen that missed too much to load afresh', async () => {
    const messages = Array.from({ length: 520 }, next);
    await dashboard.store(...messages.slice(0, 260));
    await dashboard.store(...messages.slice(260));
    const resumed = { ...withToken, 'last-event-id': '2020-01-01T00:00:00.000Z_long-ago' };
    await using stream = await openEventStream(`${url}/api/v1/live`, resumed);
    expect((await stream.next('reload')).data).toEqual({});
  });

  it('tick while nothing happens, so that a screen knows a broken line from a quiet one', async () => {
    await using stream = await openEventStream(`${url}/api/v1/live`, withToken);
    expect((await stream.next('tick')).event).toBe('tick');
  });
});

describe('a screen that leaves while the server looks for what it missed', () => {
  it('is not kept as one that follows', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<[]>();
    const after = (): Promise<[]> => {
      asked.resolve();
      return answer.promise;
    };
    await using dashboard = await startDashboard({ feedOf: (feed) => ({ ...feed, after }) });
    const connected = once(dashboard.server.server, 'connection') as Promise<[Socket]>;
    const url = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    const leave = new AbortController();
    const following = fetch(`${url}/api/v1/live?after=any`, { headers: withToken, signal: leave.signal });
    const [socket] = await connected;
    await asked.promise;
    const left = once(socket, 'close');
    leave.abort();
    await expect(following).rejects.toThrow('aborted');
    await left;

    answer.resolve([]);
    await nextTurn();
    const figures = await dashboard.server.inject({ url: '/metrics', headers: withToken });
    expect(figures.body).toContain('hairline_screens 0');
  });
});
