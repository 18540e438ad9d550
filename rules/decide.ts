import { applyAcceptance, type Claim } from '#rules/accept.ts';
import { checkView } from '#rules/check-view.ts';
import { checkToReason, checkToStep, type Check } from '#rules/check.ts';
import type { Evidence, ViewEvidence } from '#rules/evidence.ts';
import { byScore, compareText } from '#rules/in-order.ts';
import { judgeDetection } from '#rules/judge-detection.ts';
import { judgeSuspicion } from '#rules/judge-suspicion.ts';
import type { Recipe } from '#rules/recipe.ts';
import { strengthOf } from '#rules/strength.ts';
import type { Outcome, Reason, TraceStep, Verdict, VerdictKind } from '#rules/verdict.ts';
import { viewContext, type ViewContext } from '#rules/view-context.ts';

/**
 * The last word on a part. Pure: the same evidence and recipe give the same verdict, in any order of the evidence.
 * A certain defect on a view that is fit to judge fails the part, whatever else is in doubt: nothing that a person could
 * still find out about the doubtful rest would make the part good. Any doubt left makes it undecided; only a part without
 * doubt passes. The trace holds every check taken, in the order taken.
 */
export function decide(evidence: Evidence, recipe: Recipe): Verdict {
  const views = inRecipeOrder(evidence.views, recipe);
  const arrived = arrivalChecks(views, recipe);
  const judged = views.map((view) => judgeView(view, viewContext(view, recipe, evidence)));
  const claims = applyAcceptance(
    judged.flatMap((view) => view.claims),
    recipe,
  );
  const outcomes = claims.map(({ outcome }) => outcome);
  const doubts = [...arrived.doubts, ...judged.flatMap((view) => view.doubts)];
  const verdict = verdictOf(outcomes, doubts);
  const viewSteps = judged.flatMap((view) => view.trace);
  const claimSteps = claims.flatMap(({ trace }) => trace);
  return {
    verdict,
    outcomes,
    reasons: reasonsOf(verdict, outcomes, doubts),
    trace: [...arrived.trace, ...viewSteps, ...claimSteps],
  };
}

interface JudgedView {
  readonly claims: readonly Claim[];
  readonly doubts: readonly Reason[];
  readonly trace: readonly TraceStep[];
}

function judgeView(view: ViewEvidence, context: ViewContext): JudgedView {
  const { recipe, fit } = context;
  const subject = `view:${view.viewId}`;
  const checks = checkView(view, recipe);
  const viewRule = fit ? context.viewRule : null;
  const detections = view.detections
    .toSorted(byScore)
    .map((found) => ({ found, viewRule, judged: judgeDetection(found, context) }));
  const candidates = view.candidates
    .toSorted(byScore)
    .map((found) => ({ found, viewRule, judged: judgeSuspicion(found, context, strengthOf(found, recipe)) }));
  return {
    claims: [...detections, ...candidates],
    doubts: reasonsFrom(checks, subject),
    trace: [...checks.map((check) => checkToStep(check, subject)), ...unasked(view, context)],
  };
}

/** Answers to questions nobody asked: noted in the trace, and without effect. */
function unasked(view: ViewEvidence, { asked }: ViewContext): readonly TraceStep[] {
  const ids = view.reviews.map(({ id }) => id).filter((id) => !asked.has(id));
  return ids.toSorted(compareText).map((subject) => {
    return { check: 'review-asked', subject, value: null, limit: null, outcome: 'fails' };
  });
}

/** Is every view there that the recipe asks for, and once? A recipe without views cannot pass a part. */
function arrivalChecks(views: readonly ViewEvidence[], recipe: Recipe): Pick<JudgedView, 'doubts' | 'trace'> {
  const taken: { check: Check; subject: string }[] = [];
  const wanted = recipe.views.map(({ viewId }) => viewId);
  for (const viewId of new Set([...wanted, ...views.map((view) => view.viewId)])) {
    const value = views.filter((view) => view.viewId === viewId).length;
    const fault: Check['fault'] =
      value === 1 ? null : { code: value === 0 ? 'view-missing' : 'view-twice', detail: viewId };
    const check = { check: value === 0 ? 'view-present' : 'view-once', value, limit: 1, fault } as const;
    taken.push({ check, subject: `view:${viewId}` });
  }
  if (taken.length === 0) {
    const check: Check = { check: 'view-present', value: 0, limit: 1, fault: { code: 'view-missing', detail: '' } };
    taken.push({ check, subject: 'part' });
  }
  return {
    doubts: taken.flatMap(({ check, subject }) => reasonsFrom([check], subject)),
    trace: taken.map(({ check, subject }) => checkToStep(check, subject)),
  };
}

function reasonsFrom(checks: readonly Check[], subject: string): readonly Reason[] {
  return checks.map((check) => checkToReason(check, subject)).filter((reason) => reason !== null);
}

function verdictOf(outcomes: readonly Outcome[], doubts: readonly Reason[]): VerdictKind {
  if (outcomes.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return doubts.length > 0 || outcomes.some(({ outcome }) => outcome === 'doubt') ? 'undecided' : 'pass';
}

function reasonsOf(verdict: VerdictKind, outcomes: readonly Outcome[], doubts: readonly Reason[]): readonly Reason[] {
  switch (verdict) {
    case 'pass':
      return [];
    case 'fail':
      return outcomes.filter(({ outcome }) => outcome === 'fail').flatMap(({ reasons }) => reasons);
    case 'undecided':
      return [...doubts, ...outcomes.filter(({ outcome }) => outcome === 'doubt').flatMap(({ reasons }) => reasons)];
  }
}

function inRecipeOrder(views: readonly ViewEvidence[], recipe: Recipe): readonly ViewEvidence[] {
  const order = recipe.views.map(({ viewId }) => viewId);
  const rank = (view: ViewEvidence): number =>
    order.includes(view.viewId) ? order.indexOf(view.viewId) : order.length;
  return views.toSorted((a, b) => rank(a) - rank(b) || compareText(a.viewId, b.viewId));
}
