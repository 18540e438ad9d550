import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Tried } from '#hmi/server/recipes.schema.ts';
import { recipesApi } from '#hmi/web/recipes/recipes-api.ts';
import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const dayMs = 86_400_000;
const periods = { day: 1, week: 7, month: 30 } as const;
type PeriodName = keyof typeof periods;
const columns = ['part', 'at', 'before', 'after'] as const;

/** What a sound draft would have said of parts that the station has inspected. */
export function TryDraft({ stationId, text }: { readonly stationId: string; readonly text: string }) {
  const [period, setPeriod] = useState<PeriodName>('week');
  const trial = useMutation({
    mutationFn: () => recipesApi.tryOn(stationId, text, new Date(Date.now() - periods[period] * dayMs).toISOString()),
  });
  return (
    <div className="recipe-section">
      <h3>{t('recipes.try.title')}</h3>
      <p className="soft">{t('recipes.try.what')}</p>
      <div className="recipe-fields">
        <label className="recipe-field">
          {t('recipes.try.period')}
          <select value={period} onChange={({ target }) => setPeriod(target.value as PeriodName)}>
            {Object.keys(periods).map((name) => (
              <option key={name} value={name}>
                {t(`recipes.try.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={trial.isPending} onClick={() => trial.mutate()}>
          {t(trial.isPending ? 'recipes.try.running' : 'recipes.try.start', { stationId })}
        </button>
      </div>
      <Trouble error={trial.error} />
      {trial.data && <Found tried={trial.data} />}
    </div>
  );
}

function Found({ tried }: { readonly tried: Tried }) {
  const { inspections, same, withoutRecipe, changed, parts, cut } = tried;
  return (
    <>
      <p role="status">{t('recipes.try.found', { inspections, same, withoutRecipe })}</p>
      {cut && <p className="recipe-note">{t('recipes.try.cut')}</p>}
      <ul>
        {changed.map(({ before, after, count }) => (
          <li key={`${before} ${after}`}>
            {t(`verdict.${before}`)} → {t(`verdict.${after}`)}: {count}
          </li>
        ))}
      </ul>
      {parts.length > 0 && (
        <Table columns={columns.map((column) => t(`recipes.try.column.${column}`))}>
          {parts.map(({ inspectionId, serial, decidedAt, before, after }) => (
            <tr key={inspectionId}>
              <th scope="row">
                <Link className="recipe-part" href={`/parts/${inspectionId}`}>
                  {serial}
                </Link>
              </th>
              <td>{dateTime(decidedAt)}</td>
              <td>{t(`verdict.${before}`)}</td>
              <td>{t(`verdict.${after}`)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
