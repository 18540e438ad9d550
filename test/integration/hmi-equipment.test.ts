import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Equipment } from '#hmi/server/equipment.schema.ts';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import { digestOf } from '#rules/files/load-recipe.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';
import { draftText } from '../support/recipe-text.ts';

const golden = 'a'.repeat(64);
const now = new Date('2026-11-20T09:00:00.000Z');
const recipeSha256 = digestOf(draftText('1.0.0'));

describe('what stations work with', () => {
  let dashboard: TestDashboard;
  let maria: Readonly<Record<string, string>>;
  const list = async (): Promise<Equipment['stations']> =>
    (await dashboard.server.inject({ url: '/api/v1/equipment', headers: maria })).json<Equipment>().stations;
  const post = (url: string, payload: object, headers = maria) =>
    dashboard.server.inject({ method: 'POST', url: `/api/v1/recipes/${url}`, headers, payload });
  const wish = { stationId: 'pcb', recipeSha256, viewId: 'top', of: 'golden', sha256s: [golden], days: 100 };

  beforeAll(async () => {
    dashboard = await startDashboard({ now: () => now });
    maria = await dashboard.as('engineer');
    dashboard.edge.recipes.push({ recipeId: 'pcb', version: '1.0.0', source: 'folder', text: draftText('1.0.0') });
  });
  afterAll(() => dashboard[Symbol.asyncDispose]());

  it('is what their edge nodes tell: camera, certificates, models with their cards, reviewer and prompt', async () => {
    const [station] = await list();
    expect(station).toMatchObject({
      stationId: 'pcb',
      trouble: null,
      camera: { security: 'Basic256Sha256' },
      certificates: [{ state: 'own', subject: 'CN=HairlineEdge' }],
      models: [{ name: 'pcb-pair', card: expect.stringContaining('# pcb-pair') }],
      reviewer: { model: 'inspector-v1', prompt: { id: 'inspect-1' }, qualified: null },
    });
  });

  it('has every golden sample that the edge node holds of a view, once a part was judged by its recipe', async () => {
    const held = (productId: string, viewId: string) => ({ productId, viewId, sha256: golden });
    const goldens = [held('board', 'top'), held('other', 'top'), held('not yet seen', 'top'), held('board', 'inside')];
    dashboard.edge.equipment = { ...dashboard.edge.equipment, goldens };
    expect((await list())[0]?.views).toEqual([]);
    await dashboard.store(testMessage(1));
    const views = (await list())[0]?.views ?? [];
    expect(views.map(({ viewId, goldens: approved, goldensHeld }) => [viewId, approved, goldensHeld.length])).toEqual([
      ['top', [], 3],
      ['bottom', [], 0],
    ]);
  });

  it('is answered for in a draft, which another person has to approve as every draft', async () => {
    const answer = await post('approval', wish);
    expect(answer.statusCode).toBe(200);
    const { text } = answer.json<{ text: string }>();
    const { recipe, faults } = parseRecipe(text, now);
    expect(faults).toEqual([]);
    expect(recipe?.version).toBe('1.0.1');
    expect(recipe?.views[0]?.goldenSamples).toEqual([
      {
        sha256: golden,
        approvedBy: 'engineer of the tests',
        approvedAt: now.toISOString(),
        expiresAt: '2027-02-28T09:00:00.000Z',
      },
    ]);
    const proposalId = randomUUID();
    expect((await post('proposals', { proposalId, stationId: 'pcb', text, reason: 'new golden' })).statusCode).toBe(
      201,
    );
    const decide = (headers: Readonly<Record<string, string>>) =>
      post(`proposals/${proposalId}/decision`, { decision: 'approved', reason: 'seen' }, headers);
    expect((await decide(maria)).json().error.code).toBe('SECOND_PERSON_REQUIRED');
    expect((await decide(await dashboard.as('admin'))).statusCode).toBe(201);
  });

  it.each([
    { name: 'a recipe that does not run', change: { recipeSha256: 'b'.repeat(64) } },
    { name: 'a view that it does not have', change: { viewId: 'inside' } },
    { name: 'a calibration where there is none', change: { of: 'calibration', sha256s: [] } },
    { name: 'a station that nobody knows', change: { stationId: 'nowhere' } },
  ])('is not answered for in $name', async ({ change }) => {
    expect((await post('approval', { ...wish, ...change })).statusCode).toBe(404);
  });

  it('is not known while the edge node does not answer', async () => {
    dashboard.edge.equipment = { camera: 'none of your business' };
    const [station] = await list();
    expect(station).toMatchObject({ trouble: expect.stringContaining('not as an edge node does'), models: [] });
  });
});
