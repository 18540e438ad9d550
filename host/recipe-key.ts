import { z } from 'zod';

/** What the store signs approved recipes with, and edge nodes check them by. */
export const recipeKeySetting = {
  HAIRLINE_RECIPE_KEY: z.string().min(24, 'at least 24 characters, so that nobody guesses it').optional(),
};
