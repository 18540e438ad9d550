import type { InspectedView } from '#edge/inspect/inspect-view.ts';
import type { ReviewedView } from '#edge/inspect/inspected-part.ts';
import type { Recipe } from '#rules/recipe.ts';

/** Asks the reviewer about the views of one part. Always answers by the deadline; never throws. */
export type ReviewViews = (
  views: readonly InspectedView[],
  recipe: Recipe,
  deadline: AbortSignal,
) => Promise<readonly ReviewedView[]>;
