import type { Detection } from '#detector/detection.ts';
import { checkView } from '#rules/check-view.ts';
import { checkToReason, type Check } from '#rules/check.ts';
import type { Evidence, IndependentEvidence, ViewEvidence } from '#rules/evidence.ts';
import type { Recipe, ViewRule } from '#rules/recipe.ts';
import { questionsFor, viewRuleFor } from '#rules/review-band.ts';
import type { Outcome, Reason, TraceStep } from '#rules/verdict.ts';
import type { Finding } from '#vlm/review.ts';

/** What the judges of one view's detections need beside the detection. */
export interface ViewContext {
  readonly view: ViewEvidence;
  readonly recipe: Recipe;
  /** The recipe's words on this view; null where it knows none of that name. */
  readonly viewRule: ViewRule | null;
  readonly fit: boolean;
  readonly asked: ReadonlySet<string>;
  /** Ids that more than one detection or candidate of the part carries: no answer can be told to belong to one of them. */
  readonly ambiguous: ReadonlySet<string>;
  readonly independent: readonly IndependentEvidence[];
  /** Boxes of what else was asked about in the view, beside this id. */
  readonly neighbours: (id: string) => readonly Detection[];
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
  const asked = new Set(fit ? questionsFor(view, recipe) : []);
  const askedAbout = [...view.detections, ...view.candidates].filter(({ id }) => asked.has(id));
  return {
    view,
    recipe,
    viewRule: viewRuleFor(view.viewId, recipe),
    fit,
    asked,
    ambiguous: repeatedIds(evidence),
    independent: evidence.independent,
    neighbours: (id) => askedAbout.filter((other) => other.id !== id),
  };
}

/** What an answer comes to once every check is taken. */
export interface Heard {
  /** null unless there is an answer and every check on it holds. */
  readonly finding: Finding | null;
  readonly checks: readonly Check[];
  /** Why the answer does not count; null where it does. */
  readonly refused: Reason | null;
}

/** Hears the answer to the question about an id: is there exactly one, and do all checks on its finding hold? */
export function hear(id: string, context: ViewContext, checksOf: (finding: Finding) => readonly Check[]): Heard {
  const { finding, missing } = answerTo(id, context);
  const fault = missing === null ? null : ({ code: 'review-unavailable', detail: missing } as const);
  const available: Check = { check: 'review-available', value: null, limit: null, fault };
  const checks = [available, ...(finding === null ? [] : checksOf(finding))];
  const failed = checks.find((check) => check.fault !== null);
  const refused = failed ? checkToReason(failed, id) : null;
  return { finding: refused === null ? finding : null, checks, refused };
}

/** The one answer to the question about an id, or the word for why there is none. */
function answerTo(id: string, { view, ambiguous }: ViewContext): { finding: Finding | null; missing: string | null } {
  const [review, another] = view.reviews.filter((one) => one.id === id);
  if (!review) return { finding: null, missing: 'no-answer' };
  if (another) return { finding: null, missing: 'answered-twice' };
  if (ambiguous.has(id)) return { finding: null, missing: 'id-twice' };
  if (review.kind === 'unavailable') return { finding: null, missing: review.reason };
  return { finding: review.finding, missing: null };
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
