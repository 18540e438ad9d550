import { once } from 'node:events';
import { mkdtemp, rm, mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#store/database.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import { listAudit } from '#store/queries/list-audit.ts';
import { startDashboard, testToken, withToken, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';

const messages = [1, 2, 3, 4, 5, 6, 7].map((sequence) => testMessage(sequence));
const pageDir = await mkdtemp(join(tmpdir(), 'hairline-page-'));

describe('the API of the dashboard', () => {
  const held = new Map<string, Image>();
  let dashboard: TestDashboard;
  const get = (url: string, headers: Record<string, string> = withToken) => dashboard.server.inject({ url, headers });

  beforeAll(async () => {
    dashboard = await startDashboard({ pageDir, held, now: () => new Date('2026-11-20T07:00:00') });
    await dashboard.store(...messages);
  });
  afterAll(async () => {
    await dashboard[Symbol.asyncDispose]();
    await rm(pageDir, { recursive: true });
  });

  it.each([
    { query: '', serials: ['S-000007', 'S-000006', 'S-000005', 'S-000004', 'S-000003', 'S-000002', 'S-000001'] },
    { query: '?limit=2', serials: ['S-000007', 'S-000006'] },
    { query: '?verdict=fail', serials: ['S-000006', 'S-000003'] },
    { query: '?verdict=undecided&station=pcb', serials: ['S-000007'] },
    { query: '?serial=S-000004', serials: ['S-000004'] },
    { query: '?station=ballscrew', serials: [] },
    { query: '?label=spur&lot=L-0', serials: ['S-000007', 'S-000006', 'S-000003'] },
    { query: '?label=open', serials: [] },
    { query: '?from=2026-11-20T06:00:08Z&to=2026-11-20T06:00:12Z', serials: ['S-000005', 'S-000004'] },
    { query: '?model=3&recipe=7&limit=1', serials: ['S-000007'] },
    { query: '?model=4', serials: [] },
  ])('lists inspections, newest first: $query', async ({ query, serials }) => {
    const answer = await get(`/api/v1/inspections${query}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().inspections.map(({ serial }: { serial: string }) => serial)).toEqual(serials);
  });

  it('goes on where a page of the list ended', async () => {
    const first = (await get('/api/v1/inspections?limit=5')).json();
    const rest = (await get(`/api/v1/inspections?limit=5&before=${encodeURIComponent(first.next)}`)).json();
    expect(rest.inspections.map(({ serial }: { serial: string }) => serial)).toEqual(['S-000002', 'S-000001']);
    expect(rest.next).toBeNull();
  });

  it('exports the list as a table', async () => {
    const answer = await get('/api/v1/inspections.csv?verdict=fail', await dashboard.as('quality'));
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.body.split('\r\n')).toHaveLength(4);
  });

  it('gives the whole record of an inspection as it came', async () => {
    const answer = await get(`/api/v1/inspections/${messages[2]?.inspectionId}`);
    expect(answer.json().message).toEqual(messages[2]);
    expect(answer.json().card.views[0].marks).toMatchObject([{ id: 'top-d1', stage: 'detector', outcome: 'fail' }]);
  });

  it('counts the shift and shows the latest of each station', async () => {
    const { stations } = (await get('/api/v1/overview')).json();
    expect(stations).toHaveLength(1);
    expect(stations[0].latest[0].serial).toBe('S-000007');
  });

  it.each([
    { url: '/api/v1/inspections/00000000-0000-4000-8000-000000000000', status: 404, code: 'NOT_FOUND' },
    { url: '/api/v1/inspections/nonsense', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/inspections?limit=0', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/inspections?verdict=maybe', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/inspections?colour=red', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/inspections?before=nonsense', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/inspections?before=', status: 400, code: 'REQUEST_INVALID' },
    { url: '/api/v1/evidence/..%2f..%2fetc%2fpasswd', status: 400, code: 'REQUEST_INVALID' },
    { url: `/api/v1/evidence/${'0'.repeat(64)}`, status: 404, code: 'NOT_FOUND' },
    { url: '/api/v1/stations/nowhere/frame', status: 404, code: 'NOT_FOUND' },
    { url: '/api/v2/anything', status: 404, code: 'NOT_FOUND' },
    { url: '/assets/..%2fpackage.json', status: 403, code: 'REQUEST_REFUSED' },
  ])('answers $url with $status $code', async ({ url, status, code }) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.code).toBe(code);
  });

  it('passes evidence on from the edge node that keeps it', async () => {
    const image = Buffer.from('89504e470d0a1a0a', 'hex');
    dashboard.edge.images.set('a'.repeat(64), image);
    const answer = await get(`/api/v1/evidence/${'a'.repeat(64)}?station=pcb`);
    expect(answer.rawPayload).toEqual(image);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/api/v1/stations/pcb/frame')).rawPayload).toEqual(image);
  });

  it('shows evidence that the store keeps, also when its edge node is gone', async () => {
    const image = Buffer.from('89504e470d0a1a0b', 'hex');
    held.set('b'.repeat(64), { mediaType: 'image/png', bytes: image });
    const answer = await get(`/api/v1/evidence/${'b'.repeat(64)}?station=gone`);
    expect(answer.rawPayload).toEqual(image);
    expect(answer.headers['content-type']).toBe('image/png');
  });

  it('tells the health of each component, with what to do', async () => {
    dashboard.edge.components['reviewer'] = { state: 'warning', detail: 'no reviewer configured', wayOut: '' };
    dashboard.edge.components['lock'] = { state: 'fault', detail: 'locked', wayOut: '', code: 'bypass-rate' };
    dashboard.states.set('ballscrew', { schemaVersion: 1, stationId: 'ballscrew', state: 'offline', at: '' });
    dashboard.brokerTrouble = 'connect ECONNREFUSED';
    const health = (await get('/api/v1/health')).json();
    const states = health.components.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`);
    expect(states).toEqual([
      'database up',
      'broker down',
      'store up',
      'ballscrew/edge down',
      'pcb/edge up',
      'pcb/station up',
      'pcb/reviewer absent',
      'pcb/lock down',
    ]);
    expect(health.components.at(-1)).toMatchObject({ code: 'bypass-rate' });
    delete dashboard.edge.components['lock'];
    expect(health.components[1]).toMatchObject({ detail: 'connect ECONNREFUSED', wayOut: /HAIRLINE_MQTT_URL/ });
    dashboard.brokerTrouble = null;
    dashboard.states.clear();
  });

  it('shows figures to Prometheus', async () => {
    const text = (await get('/metrics')).body;
    expect(text).toContain('hairline_component_up{component="database"} 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('is sent compressed to those who understand it', async () => {
    const answer = await get('/metrics', { ...withToken, 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBe('br');
  });

  it('describes itself as OpenAPI', async () => {
    const description = (await get('/api/docs/json')).json();
    expect(Object.keys(description.paths)).toContain('/api/v1/inspections/{id}');
    expect((await get('/api/docs/')).statusCode).toBe(200);
  });

  it('says what to run while the page is not built, and shows it once it is', async () => {
    const before = await get('/', { ...withToken, accept: 'text/html' });
    expect([before.statusCode, before.body]).toEqual([503, expect.stringContaining('npm run build')]);
    await mkdir(join(pageDir, 'assets'));
    await writeFile(join(pageDir, 'index.html'), '<!doctype html>the page');
    await writeFile(join(pageDir, 'assets', 'a-1.js'), 'let it = 1');
    expect((await get('/parts/anything')).body).toContain('the page');
    expect((await get('/assets/a-1.js')).headers['cache-control']).toContain('immutable');
  });

  describe('lets in', () => {
    it('a program by its token, to read; by a wrong one nobody', async () => {
      expect((await get('/api/v1/health', withToken)).statusCode).toBe(200);
      expect((await get('/api/v1/people', withToken)).statusCode).toBe(401);
      const wrong = await get('/api/v1/health', { authorization: `Bearer ${testToken}x` });
      expect([wrong.statusCode, wrong.json().error.code]).toEqual([401, 'TOKEN_INVALID']);
      const inAddress = await get(`/api/v1/people?token=${testToken}`, {});
      expect(inAddress.statusCode, 'a token in an address opens nothing').toBe(401);
    });

    it('every path that is no address as far as the page', async () => {
      const url = new URL(await dashboard.server.listen({ host: '127.0.0.1', port: 0 }));
      for (const path of ['//', '//:0/?token=x', '///']) {
        const [answer] = await once(request({ host: url.hostname, port: url.port, path }).end(), 'response');
        answer.resume();
        expect([path, answer.statusCode]).toEqual([path, 200]);
      }
    });

    it('no page of another name that points here, and no foreign page', async () => {
      expect((await get('/api/v1/health', { ...withToken, host: 'evil.example' })).statusCode).toBe(421);
      expect((await get('/api/v1/health', { ...withToken, origin: 'https://evil.example' })).statusCode).toBe(403);
      expect((await get('/api/v1/health', { ...withToken, host: 'panel-3:8080' })).statusCode).toBe(200);
    });
  });
});

describe('a table of inspections', () => {
  it('is noted in the audit with who took it and which, and only where one was given', async () => {
    await using dashboard = await startDashboard();
    await dashboard.store(testMessage(1));
    const headers = await dashboard.as('quality');
    const take = (url: string, method: 'GET' | 'HEAD' = 'GET') => dashboard.server.inject({ method, url, headers });
    expect((await take('/api/v1/inspections.csv?station=pcb&verdict=fail&lot=L-7')).statusCode).toBe(200);
    expect((await take('/api/v1/inspections.csv')).statusCode).toBe(200);
    expect((await take('/api/v1/inspections.csv?limit=5')).statusCode).toBe(400);
    await take('/api/v1/inspections.csv', 'HEAD');
    const { lines } = await listAudit(dashboard.database, { limit: 500 });
    const who = { actor: 'quality of the tests', address: '127.0.0.1' };
    expect(lines.filter(({ action }) => action === 'inspections.export').toReversed()).toMatchObject([
      { ...who, subject: 'pcb', detail: { verdict: 'fail', lot: 'L-7' } },
      { ...who, subject: 'all stations', detail: {} },
    ]);
  });

  it('is whole or refused, with a way to get it', async () => {
    await using dashboard = await startDashboard();
    await dashboard.store(testMessage(1));
    await copyInspection(dashboard.database, 9_999);
    const headers = await dashboard.as('quality');
    const get = (url: string) => dashboard.server.inject({ url, headers });
    const whole = await get('/api/v1/inspections.csv');
    expect([whole.statusCode, whole.body.split('\r\n').length]).toEqual([200, 10_002]);

    await copyInspection(dashboard.database, 1);
    const refused = await get('/api/v1/inspections.csv');
    expect([refused.statusCode, refused.json().error.code]).toEqual([400, 'EXPORT_TOO_LONG']);
    expect(refused.json().error.wayOut).toContain('from and to');
    expect(refused.headers['content-disposition']).toBeUndefined();
    const { lines } = await listAudit(dashboard.database, { limit: 500 });
    expect(lines.filter(({ action }) => action === 'inspections.export')).toHaveLength(1);
    expect((await get('/api/v1/inspections.csv?serial=S-000002')).statusCode).toBe(200);
  });
});

/** Stores one inspection so many times more, each with an id of its own. */
async function copyInspection(database: Database, times: number): Promise<void> {
  await sql`insert into inspection
    select (jsonb_populate_record(kept, jsonb_build_object('inspection_id', gen_random_uuid()))).*
    from (select inspection as kept from inspection limit 1) as one, generate_series(1, ${times})`.execute(database);
}

describe('the dashboard without its database', () => {
  it('stays, and says what is down and what to do', async () => {
    await using dashboard = await startDashboard({ databaseUrl: 'postgres://127.0.0.1:9/nowhere' });
    for (const url of ['/api/v1/overview', '/api/v1/inspections']) {
      const answer = await dashboard.server.inject({ url, headers: withToken });
      expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'DATABASE_UNREACHABLE']);
      expect(answer.json().error.wayOut).toContain('HAIRLINE_DATABASE_URL');
    }
    const stranger = { cookie: 'hairline-0=of-a-session-that-nobody-can-look-up' };
    const health = await dashboard.server.inject({ url: '/api/v1/health', headers: stranger });
    expect(health.json().components[0]).toMatchObject({ id: 'database', state: 'down' });
  });
});
