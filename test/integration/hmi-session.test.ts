import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '#store/queries/list-audit.ts';
import { onPort, signIn, startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { openEventStream } from '../support/event-stream.ts';

const password = 'a long enough password';

describe('sessions by the API', () => {
  let dashboard: TestDashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ proxies: ['127.0.0.1'] });
  });
  afterAll(() => dashboard[Symbol.asyncDispose]());

  const ask = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, headers = {}, payload?: object) =>
    dashboard.server.inject({ method, url, headers, ...(payload && { payload }) });
  const page = { origin: 'http://localhost', host: 'localhost' };

  it('tell who is signed in, and what may be done by whoever is not', async () => {
    expect((await ask('GET', '/api/v1/session')).json()).toEqual({ person: null, role: 'viewer' });
    const quality = await dashboard.as('quality');
    const answer = await ask('GET', '/api/v1/session', quality);
    expect(answer.json()).toEqual({
      person: { name: 'quality of the tests', role: 'quality', hasPassword: false },
      role: 'quality',
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each([
    { origin: 'http://localhost', host: 'localhost', secure: false },
    { origin: 'https://panel-3', host: 'panel-3', secure: true },
  ])('give a cookie that only this server gets: from $origin, Secure $secure', async ({ secure, ...headers }) => {
    const token = await dashboard.linkFor('viewer');
    const opened = await ask('POST', '/api/v1/session/link', headers, { token });
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/^hairline-0=[^;]+; Max-Age=43200; Path=\/; HttpOnly;/);
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie.includes('Secure')).toBe(secure);
  });

  it('end at sign-out: the cookie opens nothing any more', async () => {
    const operator = await dashboard.as('operator');
    const out = await ask('DELETE', '/api/v1/session', operator);
    expect(out.json()).toEqual({ person: null, role: null });
    expect(String(out.headers['set-cookie'])).toMatch(/^hairline-0=;.*Expires=Thu, 01 Jan 1970/);
    const claim = await ask('POST', '/api/v1/review/claims', operator, { screen: 'screen-1', count: 1 });
    expect(claim.statusCode).toBe(401);
  });

  it('take no short password, no other key, and no password of who is not signed in', async () => {
    const operator = await dashboard.as('operator');
    const change = (headers: object, body: object) => ask('PUT', '/api/v1/session/password', headers, body);
    expect((await change(operator, { current: null, next: 'short' })).statusCode).toBe(400);
    expect((await change(operator, { current: null, next: 'x'.repeat(129) })).statusCode).toBe(400);
    expect((await change(operator, { current: null, next: password, name: 'admin' })).statusCode).toBe(400);
    expect((await change(page, { current: null, next: password })).statusCode).toBe(401);
    expect((await change(operator, { current: null, next: password })).statusCode).toBe(200);
    const wrong = await change(operator, { current: 'another password', next: password });
    expect([wrong.statusCode, wrong.json().error.code]).toEqual([403, 'PASSWORD_WRONG']);
  });

  it('are refused alike for an unknown name and a wrong password, and after too many tries at all', async () => {
    const tries = [];
    for (let count = 0; count < 21; count += 1) {
      const name = count % 2 === 0 ? 'operator of the tests' : 'nobody at all';
      const headers = { ...page, 'x-forwarded-for': '10.9.9.9' };
      const { statusCode, body } = await ask('POST', '/api/v1/session', headers, {
        name,
        password: 'a wrong password',
      });
      tries.push(`${statusCode} ${body}`);
    }
    expect(new Set(tries.slice(0, 20)).size).toBe(1);
    expect(tries[0]).toMatch(/^401 .*SIGN_IN_REFUSED/);
    expect(tries[20]).toMatch(/^429 .*TRIED_TOO_OFTEN/);
    const other = { ...page, 'x-forwarded-for': '10.9.9.10' };
    const given = { name: 'Operator of the Tests', password };
    expect((await ask('POST', '/api/v1/session', other, given)).statusCode).toBe(200);
  });

  it('are told in the audit with the address that a known proxy names', async () => {
    const { lines } = await listAudit(dashboard.database, { limit: 500 });
    expect(lines.filter(({ address }) => address === '10.9.9.9')).toHaveLength(20);
    expect(lines[0]).toMatchObject({ action: 'session.begin', address: '10.9.9.10', actor: 'operator of the tests' });
  });

  it('of a person who is disabled end at once', async () => {
    const admin = await dashboard.as('admin');
    const added = (await ask('POST', '/api/v1/people', admin, { name: 'Leaver', role: 'operator' })).json();
    const leaver = await signIn(dashboard.server, added.token);
    expect((await ask('GET', '/api/v1/session', leaver)).json().role).toBe('operator');
    const change = await ask('PATCH', `/api/v1/people/${added.person.id}`, admin, { disabled: true });
    expect(change.json()).toMatchObject({ name: 'Leaver', disabled: true });
    expect((await ask('GET', '/api/v1/session', leaver)).json()).toEqual({ person: null, role: 'viewer' });
    expect((await ask('POST', `/api/v1/people/${added.person.id}/link`, admin, {})).statusCode).toBe(409);
  });

  it.each([
    { name: 'no change at all', body: {} },
    { name: 'an unknown role', body: { role: 'owner' } },
    { name: 'an unknown key', body: { disabled: true, password } },
  ])('of an admin change nobody by $name', async ({ body }) => {
    const admin = await dashboard.as('admin');
    const { people } = (await ask('GET', '/api/v1/people', admin)).json();
    expect((await ask('PATCH', `/api/v1/people/${people[0].id}`, admin, body)).statusCode).toBe(400);
  });

  it.each(['', 'a', 'link', 'Token', 'x'.repeat(41), '<script>', 'tab\there', '-dash', 'zero\u200bwidth'])(
    'of an admin add nobody called "%s"',
    async (name) => {
      const admin = await dashboard.as('admin');
      expect((await ask('POST', '/api/v1/people', admin, { name, role: 'viewer' })).statusCode).toBe(400);
    },
  );

  it('of an operator release a locked station, once, with who and why', async () => {
    const operator = await dashboard.as('operator');
    const release = () => ask('POST', '/api/v1/stations/pcb/lock/release', operator, { reason: 'camera cleaned' });
    dashboard.edge.locked = true;
    expect((await release()).json()).toEqual({ code: 'fail-streak', at: '2026-11-20T06:00:00.000Z' });
    expect(dashboard.edge.releases).toEqual([{ releasedBy: 'operator of the tests', reason: 'camera cleaned' }]);
    const again = await release();
    expect([again.statusCode, again.json().error.code]).toEqual([409, 'NOT_LOCKED']);
    const { lines } = await listAudit(dashboard.database, { limit: 500 });
    expect(lines.filter(({ action }) => action === 'lock.release')).toMatchObject([
      { actor: 'operator of the tests', subject: 'pcb', detail: { reason: 'camera cleaned', code: 'fail-streak' } },
    ]);
    dashboard.edge.broken.add('lock');
    const failed = await release();
    expect([failed.statusCode, failed.json().error.message]).toEqual([
      502,
      expect.stringMatching(/answers 500, but not as an edge node does$/),
    ]);
    const nowhere = await ask('POST', '/api/v1/stations/nowhere/lock/release', operator, { reason: 'x' });
    expect(nowhere.statusCode).toBe(404);
  });
});

describe('a live stream where nobody may look on without signing in', () => {
  it('ends soon after its session', async () => {
    await using dashboard = await startDashboard({ anonymousRole: null });
    const url = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    const viewer = onPort(await dashboard.as('viewer'), url);
    await using stream = await openEventStream(`${url}/api/v1/live`, viewer);
    await stream.next('tick');
    await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: viewer });
    const ended = (async () => {
      for (;;) await stream.next('tick');
    })();
    await expect(Promise.race([ended, sleep(20_000)])).rejects.toThrow('the stream ended');
  });
});
