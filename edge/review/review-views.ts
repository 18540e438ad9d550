import { createHash } from 'node:crypto';
import type { Log } from '#host/log.ts';
import type { InspectedView } from '#edge/inspect/inspect-view.ts';
import { toViewEvidence, type ReviewedView } from '#edge/inspect/inspected-part.ts';
import { until } from '#edge/inspect/until.ts';
import type { Recipe } from '#rules/recipe.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { AskReviewer, Reviewed, ReviewQuestion } from '#vlm/question.ts';
import type { Review, UnavailableReason } from '#vlm/review.ts';

/** The part the questions are about, and the time there is for them. */
export interface ReviewOrder {
  readonly inspectionId: string;
  readonly recipe: Recipe;
  /** What is left of the part's takt. */
  readonly leftMs: number;
}

/** Asks the reviewer about the views of one part. Always answers in time; never throws. */
export type ReviewViews = (views: readonly InspectedView[], order: ReviewOrder) => Promise<readonly ReviewedView[]>;

// Short beside what the takt keeps for writing the verdict.
const patienceMs = 50;

/** Asks about every detection in the review band and every strong candidate, all at once. */
export function createReviewViews(ask: AskReviewer, log: Log): ReviewViews {
  return (views, order) =>
    Promise.all(
      views.map(async (view) => {
        const questions = questionsOf(view, order);
        const answers = await Promise.all(questions.map((question) => askInTime(ask, question, log)));
        const crops = answers.flatMap(({ review, asked }) =>
          asked ? [{ detectionId: review.id, png: asked.png }] : [],
        );
        return { ...view, reviews: answers.map(({ review }) => review), crops };
      }),
    );
}

/** Leaves every question unanswered: no reviewer is configured. */
export const reviewNothing: ReviewViews = (views, { recipe }) =>
  Promise.resolve(
    views.map((view): ReviewedView => {
      const ids = questionsFor(toViewEvidence(view, []), recipe);
      return { ...view, reviews: ids.map((id) => unavailable(id, 'not-configured')), crops: [] };
    }),
  );

function questionsOf(view: InspectedView, { inspectionId, recipe, leftMs }: ReviewOrder): readonly ReviewQuestion[] {
  const { image, golden, detections, candidates } = view;
  if (!image) return [];
  const found = new Map([...detections, ...candidates].map((one) => [one.id, one]));
  const ids = questionsFor(toViewEvidence(view, []), recipe);
  return ids.flatMap((id): ReviewQuestion[] => {
    const one = found.get(id);
    if (!one) return [];
    const beside = [...found.values()].filter((other) => other.id !== id);
    const question = { id, label: one.label, score: one.score, box: one.box, beside, viewImage: image };
    const { benignCauses } = recipe.review;
    return [
      {
        ...question,
        mode: recipe.review.ask,
        golden: golden?.image ?? null,
        labels: recipe.labels.map(({ label }) => label),
        benignCauses,
        language: recipe.explanationLanguage,
        seed: seedOf(inspectionId, id),
        deadlineMs: Math.max(0, Math.floor(Math.min(recipe.deadlines.reviewMs, leftMs))),
      },
    ];
  });
}

/** The reviewer keeps its deadline and says what came until then; a verdict must not depend on it. */
async function askInTime(ask: AskReviewer, question: ReviewQuestion, log: Log): Promise<Reviewed> {
  const deadline = AbortSignal.timeout(question.deadlineMs + patienceMs);
  const answer = await until(deadline, ask(question, deadline), (late) =>
    log.warn({ id: question.id, late: late.kind }, 'review ended after the deadline; it changes nothing'),
  );
  if (answer.kind === 'done') return answer.value;
  if (answer.kind === 'failed') log.error({ id: question.id, err: answer.error }, 'review failed');
  return { review: unavailable(question.id, answer.kind === 'late' ? 'timeout' : 'engine-failed'), asked: null };
}

function unavailable(id: string, reason: UnavailableReason): Review {
  return { kind: 'unavailable', id, reason, detail: '', record: null };
}

/** The same question about the same inspection is asked the same way again. */
function seedOf(inspectionId: string, id: string): number {
  return createHash('sha256').update(`${inspectionId}/${id}`).digest().readUInt32BE(0) >>> 1;
}
