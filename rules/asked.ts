import { checkView } from '#rules/check-view.ts';
import type { Check } from '#rules/check.ts';
import type { Evidence, IndependentEvidence, ViewEvidence } from '#rules/evidence.ts';
import type { Recipe } from '#rules/recipe.ts';
import { questionsFor } from '#rules/review-band.ts';
import type { Outcome, TraceStep } from '#rules/verdict.ts';
import type { Finding } from '#vlm/review.ts';

/** What the judges of one view's detections need beside the detection. */
export interface ViewContext {
  readonly view: ViewEvidence;
  readonly recipe: Recipe;
  readonly fit: boolean;
  readonly asked: ReadonlySet<string>;
  /** Ids that more than one detection or candidate of the part carries: no answer can be told to belong to one of them. */
  readonly ambiguous: ReadonlySet<string>;
  readonly independent: readonly IndependentEvidence[];
}

/** What became of one detection or candidate, and how. */
export interface Judged {
  readonly outcome: Outcome;
  readonly trace: readonly TraceStep[];
}

/** Gathers what the judges of one view need. */
export function viewContext(view: ViewEvidence, recipe: Recipe, evidence: Evidence): ViewContext {
  const once = evidence.views.filter((other) => other.viewId === view.viewId).length === 1;
  const fit = once && checkView(view, recipe).every((check) => check.fault === null);
  return {
    view,
    recipe,
    fit,
    asked: new Set(fit ? questionsFor(view, recipe) : []),
    ambiguous: repeatedIds(evidence),
    independent: evidence.independent,
  };
}

/** The one valid answer to the question about an id, or the check that says why there is none. */
export function answerTo(id: string, context: ViewContext): { finding: Finding | null; check: Check } {
  const reviews = context.view.reviews.filter((review) => review.id === id);
  const [review] = reviews;
  const missing = (detail: string): { finding: null; check: Check } => ({
    finding: null,
    check: { check: 'review-available', value: null, limit: null, fault: { code: 'review-unavailable', detail } },
  });
  if (!review) return missing('no-answer');
  if (reviews.length > 1) return missing('answered-twice');
  if (context.ambiguous.has(id)) return missing('id-twice');
  if (review.kind === 'unavailable') return missing(review.reason);
  return { finding: review.finding, check: { check: 'review-available', value: null, limit: null, fault: null } };
}

function repeatedIds(evidence: Evidence): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const view of evidence.views) {
    for (const { id } of [...view.detections, ...view.candidates]) {
      if (seen.has(id)) repeated.add(id);
      seen.add(id);
    }
  }
  return repeated;
}
