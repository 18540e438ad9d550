import type { PartFrames } from '#edge/acquire/grouping.ts';
import type { StationControl } from '#edge/control/station-control.ts';
import type { Goldens } from '#edge/detect/goldens.ts';
import { absentView, inspectView, type InspectedView } from '#edge/inspect/inspect-view.ts';
import type { InspectedPart, ReviewedView } from '#edge/inspect/inspected-part.ts';
import type { StationRecipe, StationRecipes } from '#edge/inspect/station-recipes.ts';
import { verdictOf } from '#edge/inspect/verdict-of.ts';
import type { ReviewViews } from '#edge/review/review-views.ts';
import type { Trigger } from '#edge/trigger.ts';
import type { RecentFrames } from '#edge/validity/recent-frames.ts';
import type { Log } from '#host/log.ts';
import type { FrameDoubt } from '#rules/evidence.ts';

/** What inspecting needs of its station. */
export interface InspectionTools {
  readonly recipes: StationRecipes;
  readonly control: Pick<StationControl, 'recipeInForce'>;
  readonly goldens: Goldens;
  readonly recentFrames: RecentFrames;
  readonly reviewViews: ReviewViews;
  readonly log: Log;
  /** Clock of this process in ms, and the time of day. */
  readonly nowMs: () => number;
  readonly now: () => Date;
}

/** Kept of the takt for writing the verdict to disk and to the line. */
const givingMs = 150;

/**
 * Inspects a part from its frames to its verdict. Always answers, and before the takt is over: what is missing then
 * counts as missing or unavailable (law 5).
 */
export async function inspectPart(
  part: PartFrames,
  inspectionId: string,
  tools: InspectionTools,
): Promise<InspectedPart> {
  const acquiredMs = tools.nowMs();
  const recipe = recipeFor(part.trigger, tools);
  const takt = taktOf(recipe, part.arrivedMs, acquiredMs);
  const views = await inspectViews(part, recipe, takt.deadline, tools);
  const inspectedMs = tools.nowMs();
  const reviewed = recipe
    ? await tools.reviewViews(views, { inspectionId, recipe: recipe.recipe, leftMs: takt.endsMs - inspectedMs })
    : views.map((view): ReviewedView => ({ ...view, reviews: [], crops: [] }));
  const reviewedMs = tools.nowMs();
  const verdict = verdictOf(reviewed, recipe?.recipe ?? null, wantedRecipe(part.trigger, tools));
  const decidedMs = tools.nowMs();
  const validityMs = views.reduce((sum, view) => sum + view.validityMs, 0);
  return {
    inspectionId,
    trigger: part.trigger,
    recovered: false,
    views: reviewed,
    verdict,
    decidedAt: tools.now().toISOString(),
    timings: {
      acquireMs: acquiredMs - part.arrivedMs,
      validityMs,
      detectMs: inspectedMs - acquiredMs - validityMs,
      reviewMs: reviewedMs - inspectedMs,
      decideMs: decidedMs - reviewedMs,
      totalMs: decidedMs - part.arrivedMs,
      taktMs: takt.taktMs,
    },
    recipe,
    model: recipe?.model ?? null,
  };
}

/** Closes an inspection without looking: its frames are gone, or the process that began it is. */
export function closeUnseen(
  { trigger, inspectionId }: { readonly trigger: Trigger; readonly inspectionId: string },
  doubt: FrameDoubt,
  tools: Pick<InspectionTools, 'recipes' | 'control' | 'now'>,
): InspectedPart {
  const recipe = recipeFor(trigger, tools);
  const views = (recipe?.recipe.views ?? []).map(({ viewId }): ReviewedView => {
    return { ...absentView(viewId, doubt), reviews: [], crops: [] };
  });
  const none = { acquireMs: 0, validityMs: 0, detectMs: 0, reviewMs: 0, decideMs: 0, totalMs: 0 };
  return {
    inspectionId,
    trigger,
    recovered: true,
    views,
    recipe,
    model: recipe?.model ?? null,
    verdict: verdictOf(views, recipe?.recipe ?? null, wantedRecipe(trigger, tools)),
    decidedAt: tools.now().toISOString(),
    timings: { ...none, taktMs: recipe?.recipe.deadlines.taktMs ?? 0 },
  };
}

type RecipeTools = Pick<InspectionTools, 'recipes' | 'control'>;

/** The recipe that a trigger names; null where it is not loaded, or another one is in force. */
function recipeFor({ recipeId }: Trigger, { recipes, control }: RecipeTools): StationRecipe | null {
  const inForce = control.recipeInForce() ?? recipeId;
  return inForce === recipeId ? (recipes.get(recipeId) ?? null) : null;
}

/** Names the recipe of a trigger, and the one in force where that is another. */
function wantedRecipe({ recipeId }: Trigger, { control }: RecipeTools): string {
  const inForce = control.recipeInForce() ?? recipeId;
  return inForce === recipeId ? recipeId : `${recipeId}, in force is ${inForce}`;
}

interface Takt {
  readonly taktMs: number;
  /** When the verdict must be made, by the clock of this process. */
  readonly endsMs: number;
  readonly deadline: AbortSignal;
}

function taktOf(recipe: StationRecipe | null, arrivedMs: number, nowMs: number): Takt {
  const taktMs = recipe?.recipe.deadlines.taktMs ?? 0;
  const endsMs = arrivedMs + taktMs - givingMs;
  return { taktMs, endsMs, deadline: AbortSignal.timeout(Math.floor(Math.max(0, endsMs - nowMs))) };
}

/** One after the other: they share one detector. */
async function inspectViews(
  part: PartFrames,
  recipe: StationRecipe | null,
  deadline: AbortSignal,
  tools: InspectionTools,
): Promise<readonly InspectedView[]> {
  const views: InspectedView[] = [];
  if (!recipe)
    return [...part.frames.values()].map((frame) => ({ ...absentView(frame.viewId, 'missing'), frame, doubts: [] }));
  for (const frame of part.frames.values()) views.push(await inspectView(frame, { ...tools, ...recipe, deadline }));
  return [...views, ...absentViews(part, recipe)];
}

/** Stands for a view that the camera announced, that did not come, and of which the recipe does not say the name. */
const unnamedView = 'unnamed';

/** What keeps the part from passing although no frame shows it: losing a frame must never help (law 5). */
function absentViews(part: PartFrames, { recipe }: StationRecipe): readonly InspectedView[] {
  const { frames, lostViews, contestedViews, viewCount } = part;
  const expected = new Set([...recipe.views.map(({ viewId }) => viewId), ...lostViews, ...contestedViews]);
  const absent = [...expected]
    .filter((viewId) => !frames.has(viewId))
    .map((viewId) => absentView(viewId, lostViews.has(viewId) ? 'lost' : 'missing'));
  if (frames.size + absent.length < viewCount) absent.push(absentView(unnamedView, 'missing'));
  // Beside the view that counts: the rules see a view that came twice.
  const twice = [...contestedViews].filter((viewId) => frames.has(viewId));
  return [...absent, ...twice.map((viewId) => absentView(viewId, 'repeated'))];
}
