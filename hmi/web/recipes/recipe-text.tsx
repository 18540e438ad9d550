import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { useRecipeText, nameOf, type KnownRecipe } from '#hmi/web/recipes/use-recipes.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** The text of a recipe. */
export function RecipeText({ recipe }: { readonly recipe: KnownRecipe }) {
  const { text, error } = useRecipeText(recipe.sha256);
  if (error) return <Trouble error={error} />;
  if (text === undefined) return <p className="nothing">{t('recipes.loading')}</p>;
  return (
    <pre className="recipe-text mono" role="region" aria-label={nameOf(recipe)} tabIndex={0}>
      {text}
    </pre>
  );
}
