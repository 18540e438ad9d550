import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { insertEvidence } from '#store/ingest/insert-evidence.ts';
import { rowsOfMessage } from '#store/ingest/rows-of-message.ts';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';

const undecided = testMessage(7);
const failed = testMessage(3);
const disputed: InspectionMessage = {
  ...testMessage(6),
  reasons: [
    { code: 'defect-certain', subject: 'top-d1', value: 0.9, limit: 0.5, detail: 'spur' },
    { code: 'label-disagrees', subject: 'top-d1', value: null, limit: null, detail: 'short' },
  ],
};
const passed = testMessage(1);
const screen = (name: string): string => `screen-of-${name}`;

describe('the review queue', () => {
  let dashboard: TestDashboard;
  let operator: Readonly<Record<string, string>>;
  const post = (url: string, payload: object, headers: Readonly<Record<string, string>> = operator) =>
    dashboard.server.inject({ method: 'POST', url, headers, payload });
  const claim = async (name: string, count: number): Promise<string[]> => {
    const answer = await post('/api/v1/review/claims', { screen: screen(name), count });
    return answer
      .json()
      .parts.map(({ card, cause }: { card: { serial: string }; cause: string }) => `${card.serial} ${cause}`);
  };
  const dispose = (message: InspectionMessage, change: object = {}, headers = operator) => {
    const given = {
      dispositionId: randomUUID(),
      disposition: 'scrap',
      verified: 'defect',
      reason: 'defect',
      serial: null,
    };
    return post(`/api/v1/inspections/${message.inspectionId}/dispositions`, { ...given, ...change }, headers);
  };

  beforeAll(async () => {
    dashboard = await startDashboard({ now: () => new Date('2026-11-20T09:00:00Z') });
    operator = await dashboard.as('operator');
    await dashboard.store(passed, failed, disputed, undecided);
  });
  afterAll(() => dashboard[Symbol.asyncDispose]());

  it('gives undecided and disputed parts first, then what failed, and no part that passed', async () => {
    expect(await claim('ada', 5)).toEqual(['S-000006 disputed', 'S-000007 undecided', 'S-000003 fail']);
  });

  it('never gives a part to two people, and gives it again to the one who has it', async () => {
    expect(await claim('ben', 5)).toEqual([]);
    expect(await claim('ada', 1)).toEqual(['S-000006 disputed']);
  });

  it('leaves with a screen what it has, whatever more urgent part comes', async () => {
    await dashboard.store(testMessage(14));
    const had = ['S-000006 disputed', 'S-000007 undecided', 'S-000003 fail'];
    expect(await claim('ada', 3)).toEqual(had);
    expect(await claim('ada', 4)).toEqual([...had, 'S-000014 undecided']);
  });

  it('shares parts out without overlap among people who ask at one time', async () => {
    const fresh = Array.from({ length: 20 }, (_, index) => testMessage((index + 10) * 21));
    await dashboard.store(...fresh);
    const names = ['cleo', 'dan', 'eve', 'finn'];
    const shares = await Promise.all(names.map((name) => claim(name, 5)));
    expect(new Set(shares.flat()).size).toBe(shares.flat().length);
    expect(shares.flat().length).toBeGreaterThanOrEqual(5);
  });

  it('takes an accept only with the serial of the part', async () => {
    const accept = { disposition: 'accept', verified: 'false-call', reason: 'harmless' };
    const wrong = await dispose(undecided, { ...accept, serial: 'S-000008' });
    expect([wrong.statusCode, wrong.json().error.code]).toEqual([409, 'SERIAL_MISMATCH']);
    expect((await dispose(undecided, { ...accept, serial: null })).statusCode).toBe(409);
    expect((await dispose(undecided, { ...accept, serial: ' S-000007 ' })).statusCode).toBe(201);
  });

  it.each([
    { name: 'a reason of another disposition', change: { reason: 'harmless' } },
    { name: 'an unknown disposition', change: { disposition: 'sell' } },
    { name: 'an unknown key', change: { verdict: 'pass' } },
    { name: 'an id that is none', change: { dispositionId: '1' } },
  ])('refuses $name', async ({ change }) => {
    expect((await dispose(failed, change)).statusCode).toBe(400);
  });

  it('counts a disposition once, however often it is sent', async () => {
    const dispositionId = randomUUID();
    expect((await dispose(disputed, { dispositionId })).json()).toEqual({ appended: true });
    expect((await dispose(disputed, { dispositionId })).json()).toEqual({ appended: false });
  });

  it('says that nothing was saved where the store holds the inspection only in part', async () => {
    const late = testMessage(1, { stationId: 'late' });
    await insertEvidence(dashboard.database, [rowsOfMessage(late)]);
    const refused = await dispose(late);
    expect([refused.statusCode, refused.json().error.code]).toEqual([404, 'DECISION_NOT_SAVED']);
  });

  it('takes no decision about a known bad part, and says why', async () => {
    const shown = testMessage(1, { stationId: 'shown', challenge: true });
    await dashboard.store(shown);
    const refused = await dispose(shown);
    expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'KNOWN_BAD_PART']);
  });

  it('takes a part out of the queue once it is disposed of, and back when that is undone', async () => {
    expect(await claim('ada', 3)).toContain('S-000003 fail');
    expect(await claim('ada', 3)).not.toContain('S-000006 disputed');
    await dispose(disputed, { disposition: 'hold', reason: 'undone', verified: null });
    expect(await claim('ada', 1)).toEqual(['S-000006 disputed']);
  });

  it('keeps every entry beside the verdict, which stays, and a line in the audit for each', async () => {
    const url = `/api/v1/inspections/${disputed.inspectionId}`;
    const { message, dispositions } = (await dashboard.server.inject({ url, headers: operator })).json();
    expect(message.verdict).toBe('fail');
    expect(dispositions.map(({ reason }: { reason: string }) => reason)).toEqual(['defect', 'undone']);
    const audit = await dashboard.database
      .selectFrom('audit')
      .selectAll()
      .where('subject', '=', disputed.inspectionId)
      .execute();
    expect(audit.map(({ actor, action }) => [actor, action])).toEqual([
      ['operator of the tests', 'disposition.append'],
      ['operator of the tests', 'disposition.append'],
    ]);
  });

  it('is counted: yields before and after review, false calls, and escapes as unknown while nobody audits', async () => {
    const question = 'from=2026-11-20T06:00:00Z&to=2026-11-20T06:00:15Z&station=pcb';
    const url = `/api/v1/quality?${question}`;
    const { counts, figures, pareto, chart } = (await dashboard.server.inject({ url, headers: operator })).json();
    expect(counts).toMatchObject({ inspected: 4, passed: 1, called: 3, accepted: 1, falseCalls: 1, audited: 0 });
    expect(figures.fpyMachine).toEqual({ share: 0.25, of: 4 });
    expect(figures.fpyTrue).toEqual({ share: 0.5, of: 4 });
    expect(figures.escapes).toBeNull();
    expect(pareto).toEqual([{ label: 'spur', fail: 2, doubt: 1, inspections: 3 }]);
    expect(chart.points).toMatchObject([{ inspected: 4, value: 0.75, alarms: [] }]);
  });

  it('records the account that decides, and leaves what was decided before there were accounts as it is', async () => {
    const [part] = await dashboard.database.selectFrom('disposition').selectAll().limit(1).execute();
    expect(part).toMatchObject({
      decidedBy: 'operator of the tests',
      personId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const former = {
      disposition: 'hold',
      verified: null,
      reason: 'ask-quality',
      personId: null,
      address: null,
    } as const;
    const { inspectionId } = failed;
    const given = { ...former, inspectionId, decidedBy: 'link', dispositionId: randomUUID() };
    expect(await appendDisposition(dashboard.database, given)).toBe('appended');
    const url = `/api/v1/inspections/${inspectionId}`;
    const { dispositions } = (await dashboard.server.inject({ url, headers: operator })).json();
    expect(dispositions.map(({ decidedBy }: { decidedBy: string }) => decidedBy)).toEqual(['link']);
  });

  it('lets quality alone change what another has decided; who decided may change it too', async () => {
    const refused = await dispose(failed);
    expect([refused.statusCode, refused.json().error.code]).toEqual([403, 'ROLE_REQUIRED']);
    expect((await dispose(failed, {}, await dashboard.as('quality'))).statusCode).toBe(201);
    expect((await dispose(undecided, { disposition: 'hold', reason: 'undone', verified: null })).statusCode).toBe(201);
    expect((await dispose(undecided)).statusCode).toBe(201);
  });

  it('lets nobody write who is not signed in, has no right to, or comes from a foreign page', async () => {
    const claims = { screen: screen('mallory'), count: 5 };
    expect((await post('/api/v1/review/claims', claims, {})).statusCode).toBe(401);
    expect((await post('/api/v1/review/claims', claims, withToken)).statusCode).toBe(401);
    expect((await post('/api/v1/review/claims', claims, await dashboard.as('viewer'))).statusCode).toBe(403);
    const foreign = { ...operator, origin: 'https://evil.example' };
    expect((await post('/api/v1/review/claims', claims, foreign)).statusCode).toBe(403);
  });
});
