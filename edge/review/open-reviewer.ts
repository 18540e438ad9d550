import type { Log } from '#host/log.ts';
import type { EdgeConfig } from '#edge/config.ts';
import type { Health } from '#edge/health.ts';
import { reviewNothing, type ReviewViews } from '#edge/review/review-views.ts';

export interface OpenedReviewer {
  readonly reviewViews: ReviewViews;
  /** Tells the health of the reviewer as it is now. */
  readonly checkHealth: () => void;
}

/** Opens the reviewer of the settings. Without one every question stays unanswered, and that is said aloud, once. */
export function openReviewer(
  config: EdgeConfig,
  { log, health }: { readonly log: Log; readonly health: Health },
): OpenedReviewer {
  const baseUrl = config.HAIRLINE_VLM_BASE_URL;
  if (baseUrl === undefined) {
    const detail = 'no reviewer configured: the detector decides alone, doubtful parts go to a person';
    health.set('reviewer', 'warning', detail, 'Set HAIRLINE_VLM_BASE_URL to an OpenAI-compatible server.');
    log.warn({}, detail);
    return { reviewViews: reviewNothing, checkHealth: () => undefined };
  }
  throw new Error('not wired');
}
