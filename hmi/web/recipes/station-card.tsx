import { useState } from 'react';
import type { StationRecipes } from '#hmi/server/recipes.schema.ts';
import { RecipeText } from '#hmi/web/recipes/recipe-text.tsx';
import type { KnownRecipe } from '#hmi/web/recipes/use-recipes.ts';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const columns = ['recipe', 'version', 'digest', 'source', 'doing'] as const;

interface StationProps {
  readonly station: StationRecipes;
  /** Begins a draft for this station with the text of a recipe. */
  readonly onDraft: (stationId: string, recipe: KnownRecipe) => void;
}

/** What a station runs, and what was approved for it and does not run. */
export function StationCard({ station, onDraft }: StationProps) {
  const { stationId, trouble, running, approved, lastPart } = station;
  const [shown, setShown] = useState<KnownRecipe | null>(null);
  const heading = `station-${stationId}`;
  return (
    <section className="panel recipe-panel" aria-labelledby={heading}>
      <h3 id={heading}>{stationId}</h3>
      <Notes station={station} />
      {approved
        .filter(({ runs }) => runs !== true)
        .map(({ recipeId, version, sha256, runs }) => (
          <p key={sha256} className="recipe-note" role="status">
            {t(runs === false ? 'recipes.notYet' : 'recipes.unknownYet', { recipeId, version, stationId })}
          </p>
        ))}
      {running.length > 0 && (
        <Table columns={columns.map((column) => t(`recipes.column.${column}`))}>
          {running.map((one) => (
            <RunningRow
              key={one.sha256}
              recipe={one}
              stationId={stationId}
              shown={shown?.sha256 === one.sha256}
              onShow={() => setShown(shown?.sha256 === one.sha256 ? null : one)}
              onDraft={() => onDraft(stationId, one)}
            />
          ))}
        </Table>
      )}
      {shown && <RecipeText recipe={shown} />}
      {trouble !== null && <p className="soft">{trouble}</p>}
      {lastPart && (
        <p className="soft">
          {t('recipes.lastPart', {
            ...lastPart,
            digest: lastPart.sha256.slice(0, 12),
            at: dateTime(lastPart.decidedAt),
          })}
        </p>
      )}
    </section>
  );
}

interface RunningRowProps {
  readonly recipe: StationRecipes['running'][number];
  readonly stationId: string;
  readonly shown: boolean;
  readonly onShow: () => void;
  readonly onDraft: () => void;
}

function RunningRow({ recipe, stationId, shown, onShow, onDraft }: RunningRowProps) {
  const { recipeId, version, sha256, source } = recipe;
  return (
    <tr>
      <th scope="row">{recipeId}</th>
      <td>{version}</td>
      <td className="mono" title={sha256}>
        {sha256.slice(0, 12)}
      </td>
      <td>{t(`recipes.source.${source}`)}</td>
      <td>
        <div className="recipe-doing">
          <button aria-expanded={shown} aria-label={t('recipes.showOf', { recipeId, stationId })} onClick={onShow}>
            {t('recipes.show')}
          </button>
          <button aria-label={t('recipes.draftOf', { recipeId, stationId })} onClick={onDraft}>
            {t('recipes.draftFrom')}
          </button>
        </div>
      </td>
    </tr>
  );
}

function Notes({ station: { trouble, refused, takesApproved } }: Pick<StationProps, 'station'>) {
  return (
    <>
      {trouble !== null && <p className="recipe-note">{t('recipes.away')}</p>}
      {takesApproved === false && <p className="recipe-note">{t('recipes.folderAlone')}</p>}
      {refused && (
        <p className="recipe-note" role="alert">
          {refused.detail} {refused.wayOut}
        </p>
      )}
    </>
  );
}
