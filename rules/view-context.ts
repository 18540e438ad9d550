import type { Detection } from '#detector/detection.ts';
import { isFit } from '#rules/check-view.ts';
import type { Evidence, IndependentEvidence, ViewEvidence } from '#rules/evidence.ts';
import type { Recipe, ViewRule } from '#rules/recipe.ts';
import { questionsFor } from '#rules/review-band.ts';
import { viewRuleFor } from '#rules/rule-for.ts';

/** What the judges of one view's detections need beside the detection. */
export interface ViewContext {
  readonly view: ViewEvidence;
  readonly recipe: Recipe;
  /** The recipe's words on this view; null where it knows none of that name. */
  readonly viewRule: ViewRule | null;
  readonly fit: boolean;
  /** Ids that the reviewer was asked about. */
  readonly asked: ReadonlySet<string>;
  /** Ids that more than one detection or candidate of the part carries: no answer can be told to belong to one of them. */
  readonly ambiguous: ReadonlySet<string>;
  readonly independent: readonly IndependentEvidence[];
  /** What else was asked about in the view, beside this id. */
  readonly neighbours: (id: string) => readonly Detection[];
}

/** Gathers what the judges of one view need. */
export function viewContext(view: ViewEvidence, recipe: Recipe, evidence: Evidence): ViewContext {
  const once = evidence.views.filter((other) => other.viewId === view.viewId).length === 1;
  const fit = once && isFit(view, recipe);
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
