import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#rules/files/load-recipe.ts';
import type { CheckedDraft, Recipes, Tried } from '#hmi/server/recipes.schema.ts';
import { listAudit } from '#store/queries/list-audit.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';
import { draftText, limitsCrossed, lineOf } from '../support/recipe-text.ts';

type Headers = Readonly<Record<string, string>>;

let dashboard: TestDashboard;
let maria: Headers;
let chen: Headers;
let quality: Headers;

beforeAll(async () => {
  dashboard = await startDashboard();
  maria = await dashboard.as('engineer');
  chen = await dashboard.as('admin');
  quality = await dashboard.as('quality');
  dashboard.edge.recipes.push({ recipeId: 'pcb', version: '1.0.0', source: 'folder', text: draftText('1.0.0') });
});
afterAll(() => dashboard[Symbol.asyncDispose]());

async function post<Answer = { error: { code: string; message: string } }>(
  url: string,
  payload: object,
  headers = maria,
) {
  const answer = await dashboard.server.inject({ method: 'POST', url: `/api/v1/recipes/${url}`, headers, payload });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}

async function list(headers = maria): Promise<Recipes> {
  return (await dashboard.server.inject({ url: '/api/v1/recipes', headers })).json<Recipes>();
}

async function propose(version: string, more: object = {}) {
  const proposalId = randomUUID();
  const text = draftText(version);
  return {
    proposalId,
    text,
    ...(await post('proposals', { proposalId, stationId: 'pcb', text, reason: 'why', ...more })),
  };
}

const decide = (proposalId: string, decision: string, headers: Headers) =>
  post(`proposals/${proposalId}/decision`, { decision, reason: 'seen' }, headers);

describe('recipes at the dashboard', () => {
  it('are those that the edge node runs, with their texts', async () => {
    const sha256 = digestOf(draftText('1.0.0'));
    const { stations } = await list();
    expect(stations).toMatchObject([
      {
        stationId: 'pcb',
        trouble: null,
        takesApproved: true,
        running: [{ recipeId: 'pcb', version: '1.0.0', sha256 }],
      },
    ]);
    const { body } = await dashboard.server.inject({ url: `/api/v1/recipes/${sha256}`, headers: maria });
    expect(JSON.parse(body)).toEqual({ sha256, text: draftText('1.0.0') });
    const unknown = await dashboard.server.inject({ url: `/api/v1/recipes/${'0'.repeat(64)}`, headers: maria });
    expect(unknown.statusCode).toBe(404);
  });

  it('are checked with every fault at once, by line and column', async () => {
    const text = draftText('1.1.0', limitsCrossed, ['golden: required', 'golden: maybe']);
    const { body } = await post<CheckedDraft>('check', { text });
    expect(body.recipe).toBeNull();
    expect(body.faults.map(({ line }) => line)).toEqual([
      expect.any(Number),
      lineOf('ignoreBelow'),
      lineOf('reviewBand'),
    ]);
    expect(body.faults.map(({ message }) => message).join()).toContain('failFrom');
    const sound = await post<CheckedDraft>('check', { text: draftText('1.1.0') });
    expect(sound.body).toEqual({
      recipe: { recipeId: 'pcb', version: '1.1.0', sha256: digestOf(draftText('1.1.0')) },
      faults: [],
    });
  });

  it('that are broken are not proposed: all faults come at once, and nothing is kept', async () => {
    const text = draftText('1.1.0', limitsCrossed, ['golden: required', 'golden: maybe']);
    const { status, body } = await propose('1.1.0', { text });
    expect(status).toBe(422);
    expect(body.error.code).toBe('RECIPE_INVALID');
    expect(body.error.message.split('; ').length).toBeGreaterThan(2);
    expect((await list()).open).toEqual([]);
  });

  it.each([
    ['the text of what runs', { text: draftText('1.0.0') }, 409, 'RUNS_ALREADY'],
    [
      'the version of what runs',
      { text: draftText('1.0.0', ['sharpnessFrom: 10', 'sharpnessFrom: 12']) },
      409,
      'VERSION_TAKEN',
    ],
    ['a station that nobody knows', { stationId: 'nowhere' }, 404, 'NOT_FOUND'],
    ['no reason', { reason: ' ' }, 400, 'REQUEST_INVALID'],
    ['more text than a recipe has', { text: 'x'.repeat(200_001) }, 400, 'REQUEST_INVALID'],
  ])('are not proposed with %s', async (_, more, status, code) => {
    expect(await propose('1.1.0', more)).toMatchObject({ status, body: { error: { code } } });
  });

  it('take a second person: not the one who proposed, and nobody below engineer', async () => {
    const { proposalId, status, text } = await propose('1.2.0');
    expect(status).toBe(201);
    expect((await list()).open).toMatchObject([{ proposalId, version: '1.2.0', mine: true, reason: 'why' }]);
    expect((await list(chen)).open).toMatchObject([{ proposalId, mine: false }]);
    expect(await decide(proposalId, 'approved', maria)).toMatchObject({
      status: 403,
      body: { error: { code: 'SECOND_PERSON_REQUIRED' } },
    });
    expect(await decide(proposalId, 'approved', quality)).toMatchObject({
      status: 403,
      body: { error: { code: 'ROLE_REQUIRED' } },
    });
    expect(await decide(proposalId, 'withdrawn', chen)).toMatchObject({
      status: 403,
      body: { error: { code: 'NOT_YOURS' } },
    });
    expect(await decide(proposalId, 'approved', chen)).toMatchObject({ status: 201 });
    expect(await decide(proposalId, 'rejected', chen)).toMatchObject({
      status: 409,
      body: { error: { code: 'DECIDED_ALREADY' } },
    });

    const sha256 = digestOf(text);
    expect((await list()).stations[0]?.approved).toEqual([{ recipeId: 'pcb', version: '1.2.0', sha256, runs: false }]);
    dashboard.edge.recipes.splice(0, 1, { recipeId: 'pcb', version: '1.2.0', source: 'approved', text });
    const { stations, open, decided } = await list();
    expect(stations[0]?.approved).toEqual([{ recipeId: 'pcb', version: '1.2.0', sha256, runs: true }]);
    expect(open).toEqual([]);
    expect(decided).toMatchObject([{ proposalId, decision: 'approved', decidedBy: 'admin of the tests' }]);
    const { lines } = await listAudit(dashboard.database, { limit: 50 });
    expect(
      lines.filter(({ subject }) => subject === 'pcb: pcb 1.2.0').map(({ action, actor }) => [action, actor]),
    ).toEqual([
      ['recipe.approved', 'admin of the tests'],
      ['recipe.propose', 'engineer of the tests'],
    ]);
  });

  it('say why a station does not run what was approved for it', async () => {
    dashboard.edge.components['recipes'] = {
      state: 'warning',
      detail: 'new recipes refused',
      wayOut: 'Put the model there.',
    };
    expect((await list()).stations[0]?.refused).toEqual({
      detail: 'new recipes refused',
      wayOut: 'Put the model there.',
    });
    delete dashboard.edge.components['recipes'];
  });

  it('are tried on stored parts: what would change, and nothing is written', async () => {
    await dashboard.store(...[1, 2, 3].map((number) => testMessage(number)));
    const stored = () => dashboard.database.selectFrom('inspection').select(['inspectionId', 'message']).execute();
    const before = await stored();
    const { status, body } = await post<Tried>('try', { stationId: 'pcb', text: draftText('1.3.0') });
    expect(status).toBe(200);
    // Parts of the tests were passed with a finding that this recipe leaves to a person.
    expect(body).toMatchObject({
      inspections: 3,
      same: 1,
      withoutRecipe: 0,
      changed: [{ before: 'pass', after: 'undecided', count: 2 }],
      parts: [{ serial: 'S-000001', before: 'pass', after: 'undecided' }, { serial: 'S-000002' }],
      cut: false,
    });
    expect(await stored()).toEqual(before);
    const faulty = await post('try', { stationId: 'pcb', text: 'leniency: 3' });
    expect(faulty).toMatchObject({ status: 422, body: { error: { code: 'RECIPE_INVALID' } } });
  });
});
