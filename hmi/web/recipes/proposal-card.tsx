import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewDecision, OpenProposal, Recipes } from '#hmi/server/recipes.schema.ts';
import { recipesApi } from '#hmi/web/recipes/recipes-api.ts';
import { TextDiff } from '#hmi/web/recipes/text-diff.tsx';
import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { nameOf, useRecipeText } from '#hmi/web/recipes/use-recipes.ts';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface ProposalProps {
  readonly proposal: OpenProposal;
  readonly recipes: Recipes;
}

/** A proposal that waits: what it would change, and what one may do about it. */
export function ProposalCard({ proposal, recipes }: ProposalProps) {
  const { proposalId, stationId, recipeId, version, reason: why, proposedBy, proposedAt, mine } = proposal;
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: NewDecision['decision']) => recipesApi.decide(proposalId, { decision, reason }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['recipes'] }),
  });
  const heading = `proposal-${proposalId}`;
  const choice = (decision: NewDecision['decision']) => (
    <button type="button" disabled={decide.isPending || reason.trim() === ''} onClick={() => decide.mutate(decision)}>
      {t(`recipes.decide.${decision}`)}
    </button>
  );
  return (
    <article className="panel recipe-panel" aria-labelledby={heading}>
      <h3 id={heading}>{t('recipes.proposal', { recipeId, version, stationId })}</h3>
      <p>{t('recipes.proposedBy', { name: proposedBy, at: dateTime(proposedAt) })}</p>
      <blockquote className="recipe-reason">{why}</blockquote>
      <Change proposal={proposal} recipes={recipes} />
      <p>{t(mine ? 'recipes.mine' : 'recipes.yours')}</p>
      <label className="recipe-field">
        {t('recipes.reason')}
        <input value={reason} maxLength={2000} onChange={({ target }) => setReason(target.value)} />
      </label>
      <div className="recipe-doing">
        {mine ? (
          choice('withdrawn')
        ) : (
          <>
            {choice('approved')}
            {choice('rejected')}
          </>
        )}
      </div>
      <Trouble error={decide.error} />
    </article>
  );
}

/** What the proposal would change of what its station runs. */
function Change({ proposal, recipes }: ProposalProps) {
  const running = recipes.stations
    .find(({ stationId }) => stationId === proposal.stationId)
    ?.running.find(({ recipeId }) => recipeId === proposal.recipeId);
  const before = useRecipeText(running?.sha256 ?? null);
  const after = useRecipeText(proposal.sha256);
  const error = before.error ?? after.error;
  if (error) return <Trouble error={error} />;
  if (after.text === undefined || (running && before.text === undefined))
    return <p className="nothing">{t('recipes.loading')}</p>;
  const name = running ? `${nameOf(running)} → ${nameOf(proposal)}` : nameOf(proposal);
  return (
    <>
      {!running && <p>{t('recipes.nothingBefore', { recipeId: proposal.recipeId })}</p>}
      <TextDiff name={name} before={before.text ?? ''} after={after.text} />
    </>
  );
}
