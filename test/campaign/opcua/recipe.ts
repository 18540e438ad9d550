import { aLabelRule, aRecipe, aViewRule, someLimits } from '../../rules/builders.ts';
import type { Recipe } from '#rules/recipe.ts';

/** Two views of 128 px against their golden samples; the model marks squares that are brighter or darker than these. */
export const campaignRecipe: Recipe = aRecipe({
  id: 'campaign',
  description: 'plates of the OPC UA campaign',
  model: 'pair-centre',
  views: [aViewRule({ viewId: 'top', golden: 'required' }), aViewRule({ viewId: 'bottom', golden: 'required' })],
  labels: ['bright', 'dark'].map((label) => aLabelRule({ label, authority: 'explain' })),
  frame: {
    widthPx: [128, 128],
    heightPx: [128, 128],
    meanGrey: [20, 235],
    sharpnessFrom: 50,
    contrastFrom: 10,
    residualUpTo: 0.1,
    repeatedWithin: 8,
  },
  review: someLimits({ confusable: [] }),
  candidates: { askFrom: 0.25, differenceFromPx: null, atMost: 2, hold: 'never' },
  // The campaign runs on machines with other work to do: lateness is not what it looks for.
  deadlines: { viewsMs: 5_000, reviewMs: 10_000, taktMs: 30_000 },
});
