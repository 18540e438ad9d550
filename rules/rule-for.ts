import type { LabelRule, Recipe, ViewRule } from '#rules/recipe.ts';

/** The recipe's limits for a label; null where it has none. */
export function ruleFor(label: string, recipe: Recipe): LabelRule | null {
  return recipe.labels.find((rule) => rule.label === label) ?? null;
}

/** The recipe's words on a view; null where it knows none of that name. */
export function viewRuleFor(viewId: string, recipe: Recipe): ViewRule | null {
  return recipe.views.find((rule) => rule.viewId === viewId) ?? null;
}
