import type { PlacedFault } from '#rules/files/read-yaml.ts';
import type { Database } from '#store/database.ts';
import { storableText } from '#store/ingest/storable-text.ts';
import { appendAudit } from '#store/people/append-audit.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';
import { lockProposals, versionTakenQuery, type PersonActor } from '#store/recipes/propose-recipe.ts';

/** What becomes of a proposal, and why. */
export interface NewDecision {
  readonly proposalId: string;
  readonly decision: 'approved' | 'rejected' | 'withdrawn';
  readonly reason: string;
}

/**
 * `same-person`: who proposed it may not; `other-person`: only who proposed it may withdraw it; `version-taken`: another
 * text of this version was approved since it was proposed.
 */
export type DecideOutcome =
  | 'decided'
  | 'unknown-proposal'
  | 'decided-already'
  | 'same-person'
  | 'other-person'
  | 'version-taken'
  | { readonly faults: readonly PlacedFault[] };

/**
 * Approves, rejects or withdraws a proposal, with its line in the audit. An approval takes another person than the one
 * who proposed it, and a text that still holds `at` this time.
 */
export async function decideProposal(
  database: Database,
  { proposalId, decision, reason: given }: NewDecision,
  actor: PersonActor,
  at: Date,
): Promise<DecideOutcome> {
  const reason = storableText(given);
  return database.transaction().execute(async (transaction) => {
    await lockProposals(transaction);
    const proposal = await transaction
      .selectFrom('recipeProposal')
      .selectAll()
      .where('proposalId', '=', proposalId)
      .executeTakeFirst();
    if (proposal === undefined) return 'unknown-proposal';
    const before = await transaction
      .selectFrom('recipeDecision')
      .select('decision')
      .where('proposalId', '=', proposalId)
      .executeTakeFirst();
    if (before !== undefined) return 'decided-already';
    const own = proposal.personId === actor.personId;
    if (own && decision !== 'withdrawn') return 'same-person';
    if (!own && decision === 'withdrawn') return 'other-person';
    const { faults } = decision === 'approved' ? checkDraft(proposal.yaml, at) : { faults: [] };
    if (faults.length > 0) return { faults };
    if (decision === 'approved' && (await versionTakenQuery(transaction, proposal).executeTakeFirst()))
      return 'version-taken';
    const { personId: proposedById, stationId, recipeId, version, sha256, proposedBy } = proposal;
    await transaction
      .insertInto('recipeDecision')
      .values({ proposalId, proposedById, decision, reason, decidedBy: actor.name, personId: actor.personId })
      .execute();
    const detail = { proposalId, stationId, recipeId, version, sha256, proposedBy, reason };
    const subject = `${stationId}: ${recipeId} ${version}`;
    await appendAudit(transaction, actor, { action: `recipe.${decision}`, subject, detail });
    return 'decided';
  });
}
