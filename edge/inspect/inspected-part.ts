import type { Artefact } from '#edge/inspect/station-recipes.ts';
import type { InspectedView } from '#edge/inspect/inspect-view.ts';
import type { Trigger } from '#edge/trigger.ts';
import type { ViewEvidence } from '#rules/evidence.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';
import type { Verdict } from '#rules/verdict.ts';
import type { Review } from '#vlm/review.ts';

/** The very image the reviewer was asked about. */
export interface AskedCrop {
  readonly detectionId: string;
  readonly png: Uint8Array;
}

/** A view with what the reviewer said of it. */
export interface ReviewedView extends InspectedView {
  readonly reviews: readonly Review[];
  readonly crops: readonly AskedCrop[];
}

/** How long each stage took, in ms; `totalMs` from the first sign of the part to its verdict. */
export interface StageTimings {
  readonly acquireMs: number;
  readonly validityMs: number;
  readonly detectMs: number;
  readonly reviewMs: number;
  readonly decideMs: number;
  readonly totalMs: number;
  readonly taktMs: number;
}

/** All that is known of a part once it is decided. */
export interface InspectedPart {
  readonly inspectionId: string;
  readonly trigger: Trigger;
  /** True for one found open at start, or lost before anybody began it. */
  readonly recovered: boolean;
  readonly views: readonly ReviewedView[];
  readonly verdict: Verdict;
  readonly decidedAt: string;
  readonly timings: StageTimings;
  /** null where the trigger named a recipe that is not loaded. */
  readonly recipe: LoadedRecipe | null;
  readonly model: Artefact | null;
}

/** What the rules need to see of a view. */
export function toViewEvidence(view: InspectedView, reviews: readonly Review[]): ViewEvidence {
  const { viewId, frame, golden, doubts, widthPx, heightPx, registration, detections, candidates } = view;
  const seen = { viewId, doubts, widthPx, heightPx, registration, detections, candidates, reviews };
  return { ...seen, capturedAt: frame?.capturedAt ?? null, goldenSha256: golden?.sha256 ?? null };
}
