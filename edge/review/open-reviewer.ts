import type { Log } from '#host/log.ts';
import type { EdgeConfig } from '#edge/config.ts';
import type { Health } from '#edge/health.ts';
import { createReviewViews, reviewNothing, type ReviewViews } from '#edge/review/review-views.ts';
import { reviewerFromSettings } from '#vlm/openai/reviewer-from-settings.ts';

export interface OpenedReviewer {
  readonly reviewViews: ReviewViews;
  /** Tells the health of the reviewer as it is now. */
  readonly checkHealth: () => void;
}

/** Opens the reviewer of the settings. Without one every question stays unanswered, and that is said aloud, once. */
export async function openReviewer(
  config: EdgeConfig,
  { log, health }: { readonly log: Log; readonly health: Health },
): Promise<OpenedReviewer> {
  const reviewer = await reviewerFromSettings(config);
  if (reviewer === null) {
    const detail = 'no reviewer configured: the detector decides alone, doubtful parts go to a person';
    health.set('reviewer', 'warning', detail, 'Set HAIRLINE_VLM_BASE_URL to an OpenAI-compatible server.');
    log.warn({}, detail);
    return { reviewViews: reviewNothing, checkHealth: () => undefined };
  }
  const model = config.HAIRLINE_VLM_MODEL;
  const checkHealth = (): void => {
    const { transport, meaning, answered, unavailable } = reviewer.health();
    const failed = Object.values(unavailable).reduce((sum, count) => sum + count, 0);
    const counts = `${model}: ${answered} questions answered, ${failed} not`;
    if (transport === 'closed' && meaning === 'closed') return health.set('reviewer', 'ok', counts);
    const why = transport === 'open' ? 'the server does not answer' : 'the answers mean nothing';
    const wayOut = 'See that the server runs and offers HAIRLINE_VLM_MODEL; doubtful parts go to a person meanwhile.';
    health.set('reviewer', 'fault', `${why}; ${counts}`, wayOut);
  };
  checkHealth();
  return { reviewViews: createReviewViews(reviewer.ask, log), checkHealth };
}
