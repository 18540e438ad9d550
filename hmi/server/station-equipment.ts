import type { EdgeNodes } from '#hmi/server/edge-nodes.ts';
import type { ApprovedView, EdgeEquipment, StationEquipment } from '#hmi/server/equipment.schema.ts';
import { knownStations, type RecipeSources } from '#hmi/server/station-recipes.ts';
import type { Database } from '#store/database.ts';
import { latestOfStations } from '#store/queries/latest-of-stations.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';

/** Where the dashboard learns what a station works with. */
export interface EquipmentSources extends Pick<RecipeSources, 'plant'> {
  readonly database: Database;
  readonly edges: Pick<EdgeNodes, 'stationIds' | 'recipes' | 'health' | 'equipment'>;
}

// An approval that has run out is shown as one that has run out.
const whenever = new Date(0);

/** Camera, certificates, models, reviewer and approvals of each station. */
export async function stationEquipment(sources: EquipmentSources): Promise<readonly StationEquipment[]> {
  const judgedBy = recipesOf(await latestOfStations(sources.database, 40));
  return Promise.all(knownStations(sources).map((stationId) => equipmentOf(stationId, judgedBy, sources)));
}

async function equipmentOf(
  stationId: string,
  judgedBy: ReadonlySet<string>,
  { edges }: Pick<EquipmentSources, 'edges'>,
): Promise<StationEquipment> {
  const [told, running] = await Promise.all([edges.equipment(stationId), edges.recipes(stationId)]);
  // Only recipes that have judged a part here: a folder holds those of other stations too.
  const recipes = (typeof running === 'string' ? [] : running.recipes).filter(({ recipeId }) =>
    judgedBy.has(nameOf(stationId, recipeId)),
  );
  if (typeof told === 'string') {
    const views = recipes.flatMap((recipe) => viewsOf(recipe, []));
    return { stationId, trouble: told, camera: null, certificates: [], models: [], goldens: [], reviewer: null, views };
  }
  return { stationId, trouble: null, ...told, views: recipes.flatMap((recipe) => viewsOf(recipe, told.goldens)) };
}

function viewsOf(
  { recipeId, sha256, text }: { readonly recipeId: string; readonly sha256: string; readonly text: string },
  held: EdgeEquipment['goldens'],
): readonly ApprovedView[] {
  const { loaded } = checkDraft(text, whenever);
  if (loaded === null) return [];
  return loaded.recipe.views.map(({ viewId, golden, goldenSamples, calibration }) => ({
    recipeId,
    recipeSha256: sha256,
    viewId,
    needsGolden: golden === 'required',
    goldensHeld: held
      .filter((one) => one.viewId === viewId)
      .map((one) => ({ productId: one.productId, sha256: one.sha256 })),
    goldens: goldenSamples,
    calibration,
  }));
}

/** Which recipe has judged at which station lately. */
function recipesOf(latest: Awaited<ReturnType<typeof latestOfStations>>): ReadonlySet<string> {
  return new Set(
    latest.flatMap(({ message: { stationId, digests } }) =>
      digests.recipe === null ? [] : [nameOf(stationId, digests.recipe.name)],
    ),
  );
}

function nameOf(...words: readonly string[]): string {
  return JSON.stringify(words);
}
