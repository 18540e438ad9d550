import type { Environment } from '#host/settings.ts';
import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import { toViewEvidence, type ReviewedView } from '#edge/inspect/inspected-part.ts';
import type { ReviewViews } from '#edge/review/review-views.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { Review } from '#vlm/review.ts';

export interface ReviewerSurroundings {
  readonly stack: AsyncDisposableStack;
  readonly log: Log;
  readonly health: Health;
}

/** Opens the reviewer that the environment names. Without one every question stays unanswered, and that is said aloud. */
export async function openReviewer(
  environment: Environment,
  { log, health }: ReviewerSurroundings,
): Promise<ReviewViews> {
  if (!environment['HAIRLINE_VLM_BASE_URL']) {
    const detail = 'no reviewer configured: the detector decides alone, doubtful parts go to a person';
    health.set('reviewer', 'warning', detail, 'Set HAIRLINE_VLM_BASE_URL to an OpenAI-compatible server.');
    log.warn({}, detail);
    return unreviewed;
  }
  throw new Error('not wired yet');
}

const unreviewed: ReviewViews = async (views, recipe) =>
  views.map((view): ReviewedView => {
    const ids = questionsFor(toViewEvidence(view, []), recipe);
    const reviews = ids.map((id): Review => {
      return { kind: 'unavailable', id, reason: 'not-configured', detail: '', record: null };
    });
    return { ...view, reviews, crops: [] };
  });
