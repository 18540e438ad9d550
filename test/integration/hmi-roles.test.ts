import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeastRole } from '#hmi/server/roles.ts';
import { mayAct } from '#hmi/roles.ts';
import { roles } from '#store/people/roles.ts';
import { onPort, startDashboard, type TestDashboard } from '../support/dashboard.ts';

/** What each route asks for, as docs/api.md tells it. A route that is added is added here. */
const table: Readonly<Record<string, LeastRole>> = {
  'GET /api/v1/overview': 'viewer',
  'GET /api/v1/live': 'viewer',
  'GET /api/v1/inspections': 'viewer',
  'GET /api/v1/inspections.csv': 'quality',
  'GET /api/v1/inspections/:id': 'viewer',
  'POST /api/v1/inspections/:id/dispositions': 'operator',
  'POST /api/v1/review/claims': 'operator',
  'GET /api/v1/quality': 'viewer',
  'GET /api/v1/quality/heat': 'viewer',
  'GET /api/v1/quality/reviewer': 'viewer',
  'GET /api/v1/quality/drift': 'viewer',
  'GET /api/v1/examples': 'quality',
  'GET /api/v1/examples.zip': 'quality',
  'GET /api/v1/evidence/:sha256': 'viewer',
  'GET /api/v1/evidence/:sha256/tiles/:shrink/:column/:row': 'viewer',
  'GET /api/v1/stations/:id/frame': 'viewer',
  'POST /api/v1/stations/:id/lock/release': 'operator',
  'GET /api/v1/health': 'viewer',
  'GET /metrics': 'viewer',
  'GET /api/v1/session': 'everyone',
  'POST /api/v1/session': 'everyone',
  'POST /api/v1/session/link': 'everyone',
  'DELETE /api/v1/session': 'everyone',
  'PUT /api/v1/session/password': 'viewer',
  'GET /api/v1/people': 'admin',
  'POST /api/v1/people': 'admin',
  'POST /api/v1/people/:id/link': 'admin',
  'PATCH /api/v1/people/:id': 'admin',
  'GET /api/v1/audit': 'admin',
  'GET /api/v1/recipes': 'engineer',
  'GET /api/v1/recipes/:sha256': 'engineer',
  'POST /api/v1/recipes/check': 'engineer',
  'POST /api/v1/recipes/try': 'engineer',
  'POST /api/v1/recipes/proposals': 'engineer',
  'POST /api/v1/recipes/proposals/:id/decision': 'engineer',
  'POST /api/v1/recipes/approval': 'engineer',
  'GET /api/v1/equipment': 'engineer',
  'GET /assets/*': 'everyone',
};
const routes = Object.entries(table).map(([route, least]) => {
  const [method = 'GET', path = ''] = route.split(' ');
  return {
    route,
    least,
    method: method as 'GET',
    url: path.replaceAll(/:\w+|\*/g, 'x'),
  };
});
const changing = routes.filter(({ method }) => method !== 'GET');
type Headers = Readonly<Record<string, string>>;

describe('every route', () => {
  let dashboard: TestDashboard;
  let closed: TestDashboard;
  const people = new Map<string, Headers>();

  beforeAll(async () => {
    dashboard = await startDashboard();
    closed = await startDashboard({ anonymousRole: null });
    for (const role of roles) people.set(role, await dashboard.as(role));
  });
  afterAll(async () => {
    await dashboard[Symbol.asyncDispose]();
    await closed[Symbol.asyncDispose]();
  });
  const ask = async (of: TestDashboard, { method, url }: { method: 'GET'; url: string }, headers: Headers) => {
    // A stream never ends: what was decided about it shows before its first byte.
    if (url === '/api/v1/live') return askStream(of, headers);
    const payload = method === 'GET' || (method as string) === 'DELETE' ? undefined : {};
    const answer = await of.server.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    return { status: answer.statusCode, code: codeIn(answer.body) };
  };

  it('declares the role that this table tells, and is in it', () => {
    const declared = [...dashboard.server.leastRoles].filter(
      ([route]) => !/^HEAD |^(GET|OPTIONS) \/api\/docs/.test(route),
    );
    expect(Object.fromEntries(declared)).toEqual(table);
    const docs = [...dashboard.server.leastRoles].filter(([route]) => route.includes('/api/docs'));
    expect(new Set(docs.map(([, least]) => least))).toEqual(new Set(['viewer']));
    const heads = [...dashboard.server.leastRoles].filter(([route]) => /^HEAD \/(api\/v1|metrics|assets)/.test(route));
    expect(heads).toEqual(heads.map(([route]) => [route, table[route.replace('HEAD', 'GET')]]));
  });

  describe.each(roles)('asked by: %s', (role) => {
    it.each(routes)('$route, for $least', async (route) => {
      const { status, code } = await ask(dashboard, route, people.get(role) ?? {});
      const may = route.least === 'everyone' || mayAct(role, route.least);
      expect([status === 403 && code === 'ROLE_REQUIRED', status === 401 && code === 'SIGN_IN_REQUIRED']).toEqual([
        !may,
        false,
      ]);
      if (route.method === ('DELETE' as string)) people.set(role, await dashboard.as(role));
    });
  });

  it.each(routes)('without a session: $route, for $least', async (route) => {
    const may = route.least === 'everyone' || route.least === 'viewer';
    const { status, code } = await ask(dashboard, route, {});
    // Whoever has no account has no password to change.
    const own = route.route === 'PUT /api/v1/session/password';
    expect(status === 401 && code === 'SIGN_IN_REQUIRED').toBe(!may && !own);
  });

  it.each(routes)('without a session where anybody may do nothing: $route, for $least', async (route) => {
    const { status, code } = await ask(closed, route, {});
    expect(status === 401 && code === 'SIGN_IN_REQUIRED').toBe(route.least !== 'everyone');
  });

  it.each(routes)('with a stale session: $route, for $least', async (route) => {
    const admin = await closed.as('admin');
    await sql`update person_session set expires_at = now() - interval '1 second'`.execute(closed.database);
    const { status, code } = await ask(closed, route, admin);
    expect(status === 401 && code === 'SIGN_IN_REQUIRED').toBe(route.least !== 'everyone');
  });

  const forgeries: readonly { readonly name: string; readonly headers: Headers }[] = [
    { name: 'a page elsewhere', headers: { origin: 'https://evil.example' } },
    { name: 'a page on another port of this host', headers: { origin: 'http://localhost:9999' } },
    { name: 'a page without origin', headers: { origin: 'null' } },
    { name: 'a page whose browser tells the site', headers: { 'sec-fetch-site': 'cross-site' } },
    { name: 'a page that sends a form', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
  ];
  describe.each(forgeries)('forged by $name', ({ headers }) => {
    it.each(changing)('$route', async (route) => {
      const before = await countAll(dashboard);
      const forged = { ...people.get('admin'), ...headers };
      expect(await ask(dashboard, route, forged)).toEqual({ status: 403, code: 'ORIGIN_FOREIGN' });
      expect(await countAll(dashboard), 'and nothing happened').toEqual(before);
    });
  });

  it.each(changing)('with a cookie and no word of where it comes from: $route', async (route) => {
    const { origin: _, ...bare } = people.get('admin') ?? {};
    expect(await ask(dashboard, route, bare)).toEqual({ status: 403, code: 'ORIGIN_FOREIGN' });
  });
});

function codeIn(body: string): string {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    return '';
  }
}

async function askStream(of: TestDashboard, headers: Headers): Promise<{ status: number; code: string }> {
  if (of.server.server.address() === null) await of.server.listen({ host: '127.0.0.1', port: 0 });
  const url = of.server.listeningOrigin;
  const { origin: _, ...asked } = onPort(headers, url);
  const answer = await fetch(`${url}/api/v1/live`, { headers: asked });
  const code = answer.ok ? '' : codeIn(await answer.text());
  await answer.body?.cancel().catch(() => undefined);
  return { status: answer.status, code };
}

/** How much there is of everything that a request could have changed. */
async function countAll({ database }: TestDashboard): Promise<unknown> {
  const { rows } = await sql`select (select count(*) from audit) as audit, (select count(*) from person) as people,
    (select count(*) from person_session) as sessions, (select count(*) from disposition) as dispositions`.execute(
    database,
  );
  return rows[0];
}
