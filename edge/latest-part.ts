import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import type { Frame } from '#edge/frame.ts';

/** The newest frame, and the newest part with its verdict: what a live screen shows. */
export interface LatestPart {
  frame: Frame | null;
  part: InspectedPart | null;
}

/** What is told of the newest part: boxes of both stages, verdict and reasons, per view. */
export function describeLatest({ part }: LatestPart): Record<string, unknown> | null {
  if (!part) return null;
  const { inspectionId, trigger, verdict, decidedAt, views } = part;
  return {
    inspectionId,
    decidedAt,
    serial: trigger.serial,
    attempt: trigger.attempt,
    triggerNo: trigger.triggerNo,
    productId: trigger.productId,
    verdict: verdict.verdict,
    outcomes: verdict.outcomes,
    reasons: verdict.reasons,
    views: views.map((view) => ({
      viewId: view.viewId,
      frameId: view.frame?.frameId ?? null,
      doubts: view.doubts,
      measured: view.measured,
      widthPx: view.widthPx,
      heightPx: view.heightPx,
      detections: view.detections,
      candidates: view.candidates,
      reviews: view.reviews,
    })),
  };
}
