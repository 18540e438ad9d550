import type { CheckedDraft } from '#hmi/server/recipes.schema.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface FaultListProps {
  readonly checked: CheckedDraft;
  /** Leads to a place in the draft; both count from 1. */
  readonly onPlace: (line: number, column: number) => void;
}

/** What the rules' own checker says of a draft. */
export function FaultList({ checked: { recipe, faults }, onPlace }: FaultListProps) {
  if (recipe) {
    const { recipeId, version, sha256 } = recipe;
    return <p role="status">{t('recipes.holds', { recipeId, version, digest: sha256.slice(0, 12) })}</p>;
  }
  return (
    <div>
      <p role="status">{t('recipes.faults', { count: faults.length })}</p>
      <ul className="recipe-faults">
        {faults.map(({ line, column, message }) => (
          <li key={`${line}:${column} ${message}`}>
            <button type="button" onClick={() => onPlace(line, column)}>
              {t('recipes.place', { line, column })}
            </button>
            <span lang="en">{message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
