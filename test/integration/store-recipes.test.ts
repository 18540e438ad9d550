import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#store/database.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { listAudit } from '#store/queries/list-audit.ts';
import { approvedRecipes } from '#store/recipes/approved-recipes.ts';
import { decideProposal } from '#store/recipes/decide-proposal.ts';
import { listProposals } from '#store/recipes/proposals.ts';
import { proposeRecipe, type PersonActor } from '#store/recipes/propose-recipe.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { draftOf, newPerson } from '../support/recipe-draft.ts';
import { limitsCrossed, lineOf } from '../support/recipe-text.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const at = new Date();
const why = 'fewer false calls on pin holes';

describe.each(kinds)('a change of recipe on %s', (kind) => {
  const stack = new AsyncDisposableStack();
  let database: Database;
  let maria: PersonActor;
  let chen: PersonActor;
  let versions = 0;

  beforeAll(async () => {
    const { url } = stack.use(await freshDatabase(kind));
    database = stack.use(openDatabase({ url, connections: 2, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    maria = await newPerson(database, 'Maria');
    chen = await newPerson(database, '陈伟');
  });
  afterAll(() => stack.disposeAsync());

  /** A proposal of its own station, so that none waits for another. */
  const propose = async (stationId: string = randomUUID()) => {
    versions += 1;
    const given = { proposalId: randomUUID(), stationId, draft: draftOf(`2.0.${versions}`), reason: why };
    return { ...given, outcome: await proposeRecipe(database, given, maria) };
  };
  const decide = (proposalId: string, decision: 'approved' | 'rejected' | 'withdrawn', who: PersonActor) =>
    decideProposal(database, { proposalId, decision, reason: 'seen' }, who, at);

  it('counts once another person has approved it, and each step is in the audit', async () => {
    const { proposalId, stationId, draft, outcome } = await propose();
    expect(outcome).toBe('proposed');
    expect(await approvedRecipes(database, stationId)).toEqual([]);
    expect(await decide(proposalId, 'approved', chen)).toBe('decided');
    expect(await approvedRecipes(database, stationId)).toMatchObject([
      { recipeId: 'pcb', version: draft.recipe.version, sha256: draft.sha256, yaml: draft.text },
    ]);
    const { lines } = await listAudit(database, { limit: 10 });
    const detail = { stationId, recipeId: 'pcb', sha256: draft.sha256 };
    expect(lines.filter(({ subject }) => subject === `${stationId}: pcb ${draft.recipe.version}`)).toMatchObject([
      { action: 'recipe.approved', actor: '陈伟', personId: chen.personId, detail: { ...detail, proposedBy: 'Maria' } },
      { action: 'recipe.propose', actor: 'Maria', personId: maria.personId, detail: { ...detail, reason: why } },
    ]);
    expect((await listProposals(database, 10)).decided).toMatchObject([{ decision: 'approved', decidedBy: '陈伟' }]);
  });

  it.each([
    ['approved by who proposed it', 'approved', 'maria', 'same-person'],
    ['rejected by who proposed it', 'rejected', 'maria', 'same-person'],
    ['withdrawn by another', 'withdrawn', 'chen', 'other-person'],
  ] as const)('is not %s', async (_, decision, who, outcome) => {
    const { proposalId, stationId } = await propose();
    expect(await decide(proposalId, decision, who === 'maria' ? maria : chen)).toBe(outcome);
    expect((await listProposals(database, 1)).open.some((one) => one.proposalId === proposalId)).toBe(true);
    expect(await approvedRecipes(database, stationId)).toEqual([]);
  });

  it('is decided once: by one of two who decide at one time', async () => {
    const { proposalId } = await propose();
    const lin = await newPerson(database, `Lin ${kind}`);
    const outcomes = await Promise.all([decide(proposalId, 'approved', chen), decide(proposalId, 'rejected', lin)]);
    expect(outcomes.toSorted()).toEqual(['decided', 'decided-already']);
  });

  it('changes nothing where it is rejected or withdrawn', async () => {
    const rejected = await propose();
    const withdrawn = await propose();
    expect(await decide(rejected.proposalId, 'rejected', chen)).toBe('decided');
    expect(await decide(withdrawn.proposalId, 'withdrawn', maria)).toBe('decided');
    for (const { stationId } of [rejected, withdrawn]) expect(await approvedRecipes(database, stationId)).toEqual([]);
  });

  it('waits for the one that waits, takes no version of another text, and nothing that is approved already', async () => {
    const first = await propose();
    const { draft, stationId, proposalId } = first;
    const next = (change: object) =>
      proposeRecipe(database, { proposalId: randomUUID(), stationId, draft, reason: why, ...change }, maria);
    expect(await next({ proposalId })).toBe('again');
    expect(await next({})).toBe('open');
    expect(await decide(proposalId, 'approved', chen)).toBe('decided');
    expect(await next({})).toBe('approved-already');
    const { version } = draft.recipe;
    expect(await next({ draft: draftOf(version, ['sharpnessFrom: 10', 'sharpnessFrom: 12']) })).toBe('version-taken');
    expect(await next({ draft, stationId: 'another' })).toBe('proposed');
  });

  it('takes a version once, also where two texts of it were proposed before either was approved', async () => {
    const first = await propose();
    const { version } = first.draft.recipe;
    const other = { proposalId: randomUUID(), stationId: randomUUID(), reason: why };
    const draft = draftOf(version, ['sharpnessFrom: 10', 'sharpnessFrom: 12']);
    expect(await proposeRecipe(database, { ...other, draft }, maria)).toBe('proposed');
    expect(await decide(first.proposalId, 'approved', chen)).toBe('decided');
    expect(await decide(other.proposalId, 'approved', chen)).toBe('version-taken');
    expect(await decide(other.proposalId, 'rejected', chen)).toBe('decided');
    expect(await approvedRecipes(database, other.stationId)).toEqual([]);
  });

  it('is refused where the text does not hold any more when it is approved', async () => {
    const { draft } = await propose();
    const proposalId = randomUUID();
    const text = draft.text.replace(...limitsCrossed);
    const given = { proposalId, stationId: 'spoiled', draft: { ...draft, text }, reason: why };
    expect(await proposeRecipe(database, given, maria)).toBe('proposed');
    expect(await decide(proposalId, 'approved', chen)).toMatchObject({
      faults: [{ line: lineOf('ignoreBelow'), column: 5 }, { line: lineOf('reviewBand') }],
    });
    expect(await approvedRecipes(database, 'spoiled')).toEqual([]);
  });

  it('takes two people even past the dashboard, and nobody edits what was decided', async () => {
    const { proposalId } = await propose();
    const past = { proposalId, reason: '', decidedBy: 'Maria', personId: maria.personId, proposedById: maria.personId };
    const insert = (row: object) =>
      database
        .insertInto('recipeDecision')
        .values({ ...past, decision: 'approved', ...row })
        .execute();
    await expect(insert({})).rejects.toThrow(/two_people/);
    // Nor does it help to say that another proposed it.
    await expect(insert({ proposedById: chen.personId })).rejects.toThrow(/foreign key/);
    const changes = [
      () => database.updateTable('recipeProposal').set({ reason: '' }).execute(),
      () => database.deleteFrom('recipeProposal').execute(),
      () => database.updateTable('recipeDecision').set({ decision: 'approved' }).execute(),
      () => database.deleteFrom('recipeDecision').execute(),
    ];
    for (const change of changes) await expect(change()).rejects.toThrow(/refused/);
  });
});
