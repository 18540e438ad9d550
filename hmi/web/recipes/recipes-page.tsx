import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useEquipment } from '#hmi/web/equipment/equipment-api.ts';
import { EquipmentCard } from '#hmi/web/equipment/equipment-card.tsx';
import { Compare } from '#hmi/web/recipes/compare.tsx';
import { DecidedList } from '#hmi/web/recipes/decided-list.tsx';
import { DraftForm, type Draft } from '#hmi/web/recipes/draft-form.tsx';
import { ProposalCard } from '#hmi/web/recipes/proposal-card.tsx';
import { recipesApi } from '#hmi/web/recipes/recipes-api.ts';
import { StationCard } from '#hmi/web/recipes/station-card.tsx';
import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { knownRecipes, useRecipes, type KnownRecipe } from '#hmi/web/recipes/use-recipes.ts';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import '#hmi/web/styles/recipes.css';
import '#hmi/web/styles/equipment.css';

/** Recipes that stations run, and their change: drafted, tried, proposed, and approved by another person. */
export function RecipesPage() {
  const { data: recipes, error } = useRecipes();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [unread, setUnread] = useState<Error | null>(null);
  const queries = useQueryClient();
  const draftFrom = (stationId: string, { sha256 }: KnownRecipe): void => {
    setUnread(null);
    const queryFn = () => recipesApi.text(sha256);
    void queries
      .fetchQuery({ queryKey: ['recipe', sha256], queryFn, staleTime: Infinity })
      .then(({ text }) => begin(stationId, text), setUnread);
  };
  const begin = (stationId: string, text: string): void => {
    setDraft({ stationId, text });
    document.getElementById('recipes-draft')?.scrollIntoView();
  };
  if (!recipes) return error ? <Trouble error={error} /> : <p className="nothing">{t('recipes.loading')}</p>;
  const { stations, open, decided } = recipes;
  return (
    <div className="recipes">
      <h1>{t('recipes.title')}</h1>
      <p className="recipes-what">{t('recipes.what')}</p>
      <section className="recipe-section" aria-labelledby="recipes-open">
        <h2 id="recipes-open" tabIndex={-1}>
          {t('recipes.open')}
        </h2>
        {open.length === 0 && <p>{t('recipes.noneOpen')}</p>}
        {open.map((proposal) => (
          <ProposalCard key={proposal.proposalId} proposal={proposal} recipes={recipes} />
        ))}
      </section>
      <section className="recipe-section" aria-labelledby="recipes-running">
        <h2 id="recipes-running">{t('recipes.running')}</h2>
        {stations.length === 0 && <p>{t('recipes.noStations')}</p>}
        <Trouble error={unread} />
        {stations.map((station) => (
          <StationCard key={station.stationId} station={station} onDraft={draftFrom} />
        ))}
      </section>
      <Compare known={knownRecipes(recipes)} />
      {stations.length > 0 && (
        <DraftForm
          recipes={recipes}
          draft={draft ?? { stationId: stations[0]?.stationId ?? '', text: '' }}
          onDraft={setDraft}
          onProposed={() => document.getElementById('recipes-open')?.focus()}
        />
      )}
      <EquipmentList onDraft={begin} />
      <section className="recipe-section" aria-labelledby="recipes-decided">
        <h2 id="recipes-decided">{t('recipes.history')}</h2>
        <DecidedList decided={decided} />
      </section>
    </div>
  );
}

function EquipmentList({ onDraft }: { readonly onDraft: (stationId: string, text: string) => void }) {
  const { data, error } = useEquipment();
  return (
    <section className="recipe-section" aria-labelledby="equipment">
      <h2 id="equipment">{t('equipment.title')}</h2>
      {error && <p role="alert">{t('equipment.failed', troubleOf(error))}</p>}
      {!data && !error && <p>{t('equipment.loading')}</p>}
      {data?.stations.map((station) => (
        <EquipmentCard key={station.stationId} station={station} onDraft={onDraft} />
      ))}
    </section>
  );
}
