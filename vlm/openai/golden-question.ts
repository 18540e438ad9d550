import { iou, type Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import { askOnce } from '#vlm/openai/ask-once.ts';
import { endingOf, type Ending } from '#vlm/openai/breakers.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import type { Review } from '#vlm/review.ts';

const sidePx = 256;
const disc = { x: 128, y: 124, radiusPx: 13 } as const;
const box: Box = {
  x1: disc.x - disc.radiusPx,
  y1: disc.y - disc.radiusPx,
  x2: disc.x + disc.radiusPx,
  y2: disc.y + disc.radiusPx,
};

/**
 * Upright traces of a drawn board, black on white, so that no reader of boards can take it for dust; the tested part has a
 * disc of copper between two of them.
 */
function draw(withDisc: boolean): Image {
  const data = new Uint8Array(sidePx * sidePx).map((_, at) => {
    const [x, y] = [at % sidePx, Math.floor(at / sidePx)];
    const onTrace = x % 64 >= 24 && x % 64 < 40;
    const onDisc = withDisc && Math.hypot(x - disc.x, y - disc.y) < disc.radiusPx;
    return onTrace || onDisc ? 0 : 255;
  });
  return { widthPx: sidePx, heightPx: sidePx, channels: 1, data };
}

/** A question whose answer is known: one disc of copper too many, on a board that is otherwise like its golden sample. */
export const goldenQuestion: ReviewQuestion = {
  id: 'golden',
  label: 'copper',
  score: 0.5,
  mode: 'named',
  viewImage: draw(true),
  golden: draw(false),
  box,
  beside: [],
  labels: ['open', 'short', 'spur', 'copper'],
  benignCauses: ['dust'],
  language: 'en',
  seed: 8,
  deadlineMs: 20_000,
};

/** Least IoU with the disc. A model that draws loose boxes is let pass; one that counts pixels otherwise lies beside it. */
const placeFrom = 0.2;

/** Why an answer to the golden question is not the known one; null where it is. */
export function goldenFault(review: Review): string | null {
  if (review.kind === 'unavailable') return `no valid answer to the golden image: ${review.reason}, ${review.detail}`;
  const { judgement, label, box: found } = review.finding;
  if (judgement !== 'confirmed' || found === null)
    return `the defect of the golden image was called ${judgement} ${label}`;
  const place = iou(found, box);
  if (place >= placeFrom) return null;
  const said = [found.x1, found.y1, found.x2, found.y2].map(Math.round).join(', ');
  return `the defect of the golden image was seen elsewhere, at [${said}] (IoU ${place.toFixed(2)})`;
}

/** Asks the golden question once. */
export async function askGolden(options: ReviewerOptions, signal: AbortSignal): Promise<Review> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(goldenQuestion.deadlineMs)]);
  return (await askOnce(goldenQuestion, options, deadline)).review;
}

/** What the golden question proves about a server. */
export async function proveGolden(options: ReviewerOptions): Promise<Ending> {
  const review = await askGolden(options, new AbortController().signal).catch(() => null);
  if (review === null) return 'unsent';
  if (review.kind === 'unavailable') return endingOf(review);
  return goldenFault(review) === null ? 'good' : 'no-meaning';
}
