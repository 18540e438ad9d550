import type { EdgeNodes } from '#hmi/server/edge-nodes.ts';
import type { StationRecipes } from '#hmi/server/recipes.schema.ts';
import type { Plant } from '#hmi/server/plant.ts';
import type { Database } from '#store/database.ts';
import { latestOfStations } from '#store/queries/latest-of-stations.ts';
import { approvedRecipes, type ApprovedRecipe } from '#store/recipes/approved-recipes.ts';

/** Where the dashboard learns what runs. */
export interface RecipeSources {
  readonly database: Database;
  readonly edges: Pick<EdgeNodes, 'stationIds' | 'recipes' | 'health'>;
  readonly plant: Pick<Plant, 'states'>;
}

/** Stations that are known by their address or by what they said. */
export function knownStations({ edges, plant }: Pick<RecipeSources, 'edges' | 'plant'>): readonly string[] {
  return [...new Set([...edges.stationIds, ...plant.states().keys()])].toSorted();
}

/** What each station runs as its edge node tells, and what was approved for it. */
export async function stationRecipes(sources: RecipeSources): Promise<readonly StationRecipes[]> {
  const { database } = sources;
  const [approved, latest] = await Promise.all([approvedRecipes(database), latestOfStations(database, 1)]);
  const lastParts = new Map(latest.map(({ message }) => [message.stationId, message]));
  return Promise.all(
    knownStations(sources).map(async (stationId) => {
      const last = lastParts.get(stationId);
      const recipe = last?.digests.recipe ?? null;
      return {
        ...(await askedOf(stationId, approved, sources)),
        lastPart:
          last && recipe
            ? { recipeId: recipe.name, version: recipe.version, sha256: recipe.sha256, decidedAt: last.decidedAt }
            : null,
      };
    }),
  );
}

async function askedOf(
  stationId: string,
  approved: readonly ApprovedRecipe[],
  { edges }: RecipeSources,
): Promise<Omit<StationRecipes, 'lastPart'>> {
  const [told, health] = await Promise.all([edges.recipes(stationId), edges.health(stationId)]);
  const own = approved.filter((one) => one.stationId === stationId);
  const named = ({ recipeId, version, sha256 }: ApprovedRecipe) => ({ recipeId, version, sha256 });
  if (typeof told === 'string') {
    const unknown = own.map((one) => ({ ...named(one), runs: null }));
    return { stationId, trouble: told, refused: null, takesApproved: null, running: [], approved: unknown };
  }
  const digests = new Set(told.recipes.map(({ sha256 }) => sha256));
  const recipes = health.told['recipes'];
  const refused = recipes && recipes.state !== 'ok' ? { detail: recipes.detail, wayOut: recipes.wayOut } : null;
  const running = told.recipes.map(({ recipeId, version, sha256, source }) => ({ recipeId, version, sha256, source }));
  return {
    stationId,
    trouble: null,
    refused,
    takesApproved: told.takesApproved,
    running: running.toSorted((a, b) => (a.recipeId < b.recipeId ? -1 : 1)),
    approved: own.map((one) => ({ ...named(one), runs: digests.has(one.sha256) })),
  };
}
