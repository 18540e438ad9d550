import { useQuery } from '@tanstack/react-query';
import type { Recipes } from '#hmi/server/recipes.schema.ts';
import { recipesApi } from '#hmi/web/recipes/recipes-api.ts';

/** A station takes an approved recipe within seconds. */
const askAgainMs = 2_000;

/** What stations run and what people propose. */
export function useRecipes() {
  return useQuery({
    queryKey: ['recipes'],
    queryFn: ({ signal }) => recipesApi.list(signal),
    refetchInterval: askAgainMs,
  });
}

/** A text by its digest: undefined until it is there, or for null. */
interface RecipeText {
  readonly text: string | undefined;
  readonly error: Error | null;
}

/** The text of a digest, and why it cannot be had. */
export function useRecipeText(sha256: string | null): RecipeText {
  const { data, error } = useQuery({
    queryKey: ['recipe', sha256],
    queryFn: ({ signal }) => recipesApi.text(sha256 ?? '', signal),
    enabled: sha256 !== null,
    // Named by its content: it can never change.
    staleTime: Infinity,
  });
  return { text: data?.text, error };
}

/** A recipe that can be shown and compared, and where it comes from. */
export interface KnownRecipe {
  readonly recipeId: string;
  readonly version: string;
  readonly sha256: string;
}

/** Every recipe that runs or was proposed, each text once, by id and version. */
export function knownRecipes({ stations, open, decided }: Recipes): readonly KnownRecipe[] {
  const all = [...stations.flatMap(({ running }) => running), ...open, ...decided];
  const known = new Map(all.map(({ recipeId, version, sha256 }) => [sha256, { recipeId, version, sha256 }]));
  return [...known.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** `pcb 1.0.0 (3f0a…)`: two texts of one version differ by their digest. */
export function nameOf({ recipeId, version, sha256 }: KnownRecipe): string {
  return `${recipeId} ${version} (${sha256.slice(0, 8)})`;
}
