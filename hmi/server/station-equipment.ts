import type { EdgeNodes } from '#hmi/server/edge-nodes.ts';
import type { ApprovedView, StationEquipment } from '#hmi/server/equipment.schema.ts';
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
  const seen = goldensSeen(await latestOfStations(sources.database, 40));
  return Promise.all(knownStations(sources).map((stationId) => equipmentOf(stationId, seen, sources)));
}

type Seen = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function equipmentOf(
  stationId: string,
  seen: Seen,
  { edges }: Pick<EquipmentSources, 'edges'>,
): Promise<StationEquipment> {
  const [told, recipes] = await Promise.all([edges.equipment(stationId), edges.recipes(stationId)]);
  const views = typeof recipes === 'string' ? [] : recipes.recipes.flatMap((one) => viewsOf(one, stationId, seen));
  if (typeof told === 'string')
    return { stationId, trouble: told, camera: null, certificates: [], models: [], reviewer: null, views };
  return { stationId, trouble: null, ...told, views };
}

/** Only views of recipes that have judged a part here: a folder holds recipes of other stations too. */
function viewsOf(
  { recipeId, sha256, text }: { readonly recipeId: string; readonly sha256: string; readonly text: string },
  stationId: string,
  seen: Seen,
): readonly ApprovedView[] {
  const { loaded } = checkDraft(text, whenever);
  if (loaded === null || !seen.has(nameOf(stationId, recipeId))) return [];
  return loaded.recipe.views.map(({ viewId, golden, goldenSamples, calibration }) => ({
    recipeId,
    recipeSha256: sha256,
    viewId,
    needsGolden: golden === 'required',
    goldensSeen: Array.from(seen.get(nameOf(stationId, recipeId, viewId)) ?? [], ([productId, one]) => ({
      productId,
      sha256: one,
    })),
    goldens: goldenSamples,
    calibration,
  }));
}

/** Golden samples by product, as parts were held against them last, by station and recipe, and by view. */
function goldensSeen(latest: Awaited<ReturnType<typeof latestOfStations>>): Seen {
  const seen = new Map<string, Map<string, string>>();
  for (const { message } of latest) {
    const { stationId, productId, views, digests } = message;
    if (digests.recipe === null) continue;
    const { name } = digests.recipe;
    seen.set(nameOf(stationId, name), new Map());
    for (const { viewId, goldenSha256 } of views) {
      const byProduct = seen.get(nameOf(stationId, name, viewId)) ?? new Map<string, string>();
      // Newest first: what is there already is newer.
      if (goldenSha256 !== null && !byProduct.has(productId)) byProduct.set(productId, goldenSha256);
      seen.set(nameOf(stationId, name, viewId), byProduct);
    }
  }
  return seen;
}

function nameOf(...words: readonly string[]): string {
  return JSON.stringify(words);
}
