import { useRecipeText, nameOf, type KnownRecipe } from '#hmi/web/recipes/use-recipes.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** The text of a recipe. */
export function RecipeText({ recipe }: { readonly recipe: KnownRecipe }) {
  const text = useRecipeText(recipe.sha256);
  if (text === undefined) return <p className="nothing">{t('recipes.loading')}</p>;
  return (
    <pre className="recipe-text mono" role="region" aria-label={nameOf(recipe)} tabIndex={0}>
      {text}
    </pre>
  );
}
