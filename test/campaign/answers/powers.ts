import { join } from 'node:path';
import type { Evidence } from '#rules/evidence.ts';
import { loadRecipes, shippedRecipeDir } from '#rules/files/load-recipe.ts';
import type { Recipe } from '#rules/recipe.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { FoundView } from './collect.ts';

/** What the reviewer may do in a case. */
export type Power = 'as shipped' | 'lowering';

/** A view under a recipe that asks about everything found on it. */
export interface Setting {
  readonly power: Power;
  readonly recipe: Recipe;
  readonly evidence: Evidence;
  readonly askedIds: readonly string[];
}

/**
 * Every view under two recipes. `as shipped`: the shipped recipe and authority, every detection doubtful, so that every
 * answer counts as far as it ever can. `lowering`: the most that a recipe can grant, the whole band of scores, candidates
 * cleared by the reviewer, and a second source that agrees with every false call: only the checks stand between.
 */
export async function settingsOf(views: readonly FoundView[]): Promise<readonly Setting[]> {
  const shipped = await loadRecipes(join(shippedRecipeDir));
  return views.flatMap((found) => {
    const base = shipped.get(found.station)?.recipe;
    if (!base) throw new Error(`no shipped recipe ${found.station}`);
    return [
      settingOf(found, 'as shipped', shippedPower(base)),
      settingOf(found, 'lowering', loweringPower(base)),
    ].filter(({ askedIds }) => askedIds.length > 0);
  });
}

function settingOf({ view }: FoundView, power: Power, granted: Recipe): Setting {
  const views = granted.views.filter(({ viewId }) => viewId === view.viewId);
  const recipe = { ...granted, views };
  const ids = view.detections.map(({ id }) => id);
  const agree = { kind: 'other-view', supports: 'false-call', source: 'campaign' } as const;
  const independent = power === 'lowering' ? ids.map((id) => ({ ...agree, id })) : [];
  return { power, recipe, evidence: { views: [view], independent }, askedIds: questionsFor(view, recipe) };
}

function shippedPower(recipe: Recipe): Recipe {
  const labels = recipe.labels.map((rule) => {
    return { ...rule, ignoreBelow: 0, failFrom: 1.01, reviewBand: [0, 1.01] as const };
  });
  return { ...recipe, labels, candidates: { ...recipe.candidates, askFrom: 0 } };
}

function loweringPower(recipe: Recipe): Recipe {
  const band = [0, 1.01] as const;
  const labels = recipe.labels.map((rule) => {
    return { ...rule, ignoreBelow: 0, reviewBand: band, lowerBand: band, authority: 'raise-and-lower' as const };
  });
  const candidates = { ...recipe.candidates, askFrom: 0, hold: 'until-cleared' as const };
  return { ...recipe, labels, candidates, independentKinds: ['other-view'] };
}
