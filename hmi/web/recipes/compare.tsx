import { useState } from 'react';
import { TextDiff } from '#hmi/web/recipes/text-diff.tsx';
import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { nameOf, useRecipeText, type KnownRecipe } from '#hmi/web/recipes/use-recipes.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** Any two recipes that run or were proposed, line by line. */
export function Compare({ known }: { readonly known: readonly KnownRecipe[] }) {
  const [chosen, setChosen] = useState({ before: '', after: '' });
  const before = useRecipeText(chosen.before === '' ? null : chosen.before);
  const after = useRecipeText(chosen.after === '' ? null : chosen.after);
  const nameBy = (sha256: string): string =>
    known
      .filter((one) => one.sha256 === sha256)
      .map(nameOf)
      .join();
  const choice = (side: keyof typeof chosen) => (
    <label className="recipe-field">
      {t(`recipes.compare.${side}`)}
      <select value={chosen[side]} onChange={({ target }) => setChosen({ ...chosen, [side]: target.value })}>
        <option value="">{t('recipes.compare.choose')}</option>
        {known.map((one) => (
          <option key={one.sha256} value={one.sha256}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section className="recipe-section" aria-labelledby="recipes-compare">
      <h2 id="recipes-compare">{t('recipes.compare.title')}</h2>
      <div className="recipe-fields">
        {choice('before')}
        {choice('after')}
      </div>
      <Trouble error={before.error ?? after.error} />
      {before.text !== undefined && after.text !== undefined && (
        <TextDiff name={`${nameBy(chosen.before)} → ${nameBy(chosen.after)}`} before={before.text} after={after.text} />
      )}
    </section>
  );
}
