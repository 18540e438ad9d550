import { toViewEvidence, type ReviewedView } from '#edge/inspect/inspected-part.ts';
import { decide } from '#rules/decide.ts';
import type { Recipe } from '#rules/recipe.ts';
import type { Verdict } from '#rules/verdict.ts';

/** The rules' verdict; without a recipe nobody can say what is required, which is a doubt on the whole part. */
export function verdictOf(views: readonly ReviewedView[], recipe: Recipe | null, recipeId: string): Verdict {
  // `independent` is empty: a station of this kind has one camera setting and no gage.
  const seen = views.map((view) => toViewEvidence(view, view.reviews));
  if (recipe) return decide({ views: seen, independent: [] }, recipe);
  return {
    verdict: 'undecided',
    outcomes: [],
    reasons: [{ code: 'recipe-unknown', subject: 'part', value: null, limit: null, detail: recipeId }],
    trace: [],
  };
}
