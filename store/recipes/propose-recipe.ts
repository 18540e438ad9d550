import { sql } from 'kysely';
import type { LoadedRecipe } from '#rules/recipe.ts';
import type { Database } from '#store/database.ts';
import { storableText } from '#store/ingest/storable-text.ts';
import { appendAudit, type Actor } from '#store/people/append-audit.ts';
import { approvedRecipes } from '#store/recipes/approved-recipes.ts';
import { openProposalsQuery } from '#store/recipes/proposals.ts';

/** Somebody with an account. */
export interface PersonActor extends Actor {
  readonly personId: string;
}

/** A sound draft that somebody wants a station to run. */
export interface NewProposal {
  /** UUID made by whoever asks: the same id again changes nothing. */
  readonly proposalId: string;
  readonly stationId: string;
  readonly draft: LoadedRecipe;
  readonly reason: string;
}

/** `open`: another proposal of this recipe waits at the station. `version-taken`: another text bears the version. */
export type ProposeOutcome = 'proposed' | 'again' | 'open' | 'version-taken' | 'approved-already';

/** Appends a proposal and its line in the audit. Nothing runs by it before another person has approved it. */
export async function proposeRecipe(
  database: Database,
  { proposalId, stationId, draft, reason }: NewProposal,
  actor: PersonActor,
): Promise<ProposeOutcome> {
  const { id: recipeId, version } = draft.recipe;
  return database.transaction().execute(async (transaction) => {
    await lockProposals(transaction);
    const known = await transaction
      .selectFrom('recipeProposal')
      .select('proposalId')
      .where('proposalId', '=', proposalId)
      .executeTakeFirst();
    if (known !== undefined) return 'again';
    const refusal = await refusalOf(transaction, stationId, draft);
    if (refusal !== null) return refusal;
    const { sha256, text: yaml } = draft;
    const content = { stationId, recipeId, version, sha256, reason: storableText(reason) };
    await transaction
      .insertInto('recipeProposal')
      .values({ proposalId, ...content, yaml, proposedBy: actor.name, personId: actor.personId })
      .execute();
    await appendAudit(transaction, actor, {
      action: 'recipe.propose',
      subject: `${stationId}: ${recipeId} ${version}`,
      detail: { proposalId, ...content },
    });
    return 'proposed';
  });
}

/** Proposals and decisions come one after another: two that were checked at one time would both go through. */
export async function lockProposals(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(4846251, 6)`.execute(transaction);
}

async function refusalOf(
  transaction: Database,
  stationId: string,
  { recipe: { id, version }, sha256 }: LoadedRecipe,
): Promise<'open' | 'version-taken' | 'approved-already' | null> {
  const open = await openProposalsQuery(transaction).execute();
  if (open.some((one) => one.stationId === stationId && one.recipeId === id)) return 'open';
  const approved = await approvedRecipes(transaction, stationId);
  if (approved.some((one) => one.recipeId === id && one.sha256 === sha256)) return 'approved-already';
  const taken = await versionTakenQuery(transaction, { recipeId: id, version, sha256 }).executeTakeFirst();
  return taken === undefined ? null : 'version-taken';
}

/** Another text of this version that was approved anywhere: records name recipes by their version. */
export function versionTakenQuery(
  database: Database,
  { recipeId, version, sha256 }: { readonly recipeId: string; readonly version: string; readonly sha256: string },
) {
  return database
    .selectFrom('recipeProposal as proposal')
    .innerJoin('recipeDecision as decision', 'decision.proposalId', 'proposal.proposalId')
    .select('proposal.sha256')
    .where('decision.decision', '=', 'approved')
    .where('proposal.recipeId', '=', recipeId)
    .where('proposal.version', '=', version)
    .where('proposal.sha256', '!=', sha256)
    .limit(1);
}
