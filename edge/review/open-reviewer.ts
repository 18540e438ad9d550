import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import type { EdgeConfig } from '#edge/config.ts';
import type { Health } from '#edge/health.ts';
import { createReviewViews, reviewNothing, type ReviewViews } from '#edge/review/review-views.ts';
import { keepReviewer, type KeptReviewer } from '#vlm/openai/keep-reviewer.ts';
import { reviewerFromSettings } from '#vlm/openai/reviewer-from-settings.ts';

export interface OpenedReviewer extends Disposable {
  readonly reviewViews: ReviewViews;
  /** Tells the health of the reviewer as it is now. */
  readonly checkHealth: () => void;
}

const handshake = { againMs: 5000, withinMs: 60_000 } as const;
// A reviewer on this machine has shaken hands by then, and the first part is reviewed too.
const patienceMs = 3000;

/** Opens the reviewer of the settings. Without one every question stays unanswered, and that is said aloud, once. */
export async function openReviewer(
  config: EdgeConfig,
  { log, health }: { readonly log: Log; readonly health: Health },
): Promise<OpenedReviewer> {
  const file = config.HAIRLINE_VLM_SERVICE_FILE ?? join(config.HAIRLINE_DATA_DIR, 'reviewer.json');
  const options = await reviewerFromSettings(config, file);
  if (options === null) {
    const detail = 'no reviewer configured: the detector decides alone, doubtful parts go to a person';
    health.set('reviewer', 'warning', detail, 'Set HAIRLINE_VLM_BASE_URL to an OpenAI-compatible server.');
    log.warn({}, detail);
    return { reviewViews: reviewNothing, checkHealth: () => undefined, [Symbol.dispose]: () => undefined };
  }
  const reviewer = keepReviewer(options, {
    ...handshake,
    onShaken: (shaken) => {
      if (shaken.holds) log.info({ fingerprint: shaken.fingerprint }, 'the reviewer has shaken hands');
      else log.error({ step: shaken.step, detail: shaken.detail, wayOut: shaken.wayOut }, 'the reviewer is refused');
      checkHealth();
    },
  });
  const checkHealth = (): void => tellHealth(reviewer, options.model, health);
  checkHealth();
  await Promise.race([reviewer.first, sleep(patienceMs, undefined, { ref: false })]);
  return {
    reviewViews: createReviewViews(reviewer.ask, log),
    checkHealth,
    [Symbol.dispose]: () => reviewer[Symbol.dispose](),
  };
}

function tellHealth({ standing }: KeptReviewer, model: string, health: Health): void {
  const now = standing();
  if (!now.holds) {
    const { detail, wayOut } = now.refusal ?? { detail: 'the handshake is under way', wayOut: '' };
    const text = `${model} is not asked: ${detail}; doubtful parts go to a person`;
    return health.set('reviewer', now.refusal === null ? 'warning' : 'fault', text, wayOut);
  }
  const { transport, meaning, answered, unavailable } = now.health;
  const failed = Object.values(unavailable).reduce((sum, count) => sum + count, 0);
  const counts = `${model}: ${answered} questions answered, ${failed} not`;
  if (transport === 'closed' && meaning === 'closed') return health.set('reviewer', 'ok', counts);
  const why = transport === 'open' ? 'the server does not answer' : 'the answers mean nothing';
  const wayOut = 'See that the server runs and offers HAIRLINE_VLM_MODEL; doubtful parts go to a person meanwhile.';
  health.set('reviewer', 'fault', `${why}; ${counts}`, wayOut);
}
