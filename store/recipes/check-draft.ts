import { parseRecipe } from '#rules/files/parse-recipe.ts';
import type { PlacedFault } from '#rules/files/read-yaml.ts';
import { digestOf } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** A draft that holds, or every fault of it at once. */
export type CheckedDraft =
  | { readonly loaded: LoadedRecipe; readonly faults: readonly [] }
  | { readonly loaded: null; readonly faults: readonly PlacedFault[] };

/** What `npm run rules -- check` says of a text. Whether the model is there, only the edge node knows. */
export function checkDraft(text: string, at: Date): CheckedDraft {
  const { recipe, faults } = parseRecipe(text, at);
  return recipe === null ? { loaded: null, faults } : { loaded: { recipe, sha256: digestOf(text), text }, faults: [] };
}
