import { measured, type Check } from '#rules/check.ts';
import type { FrameDoubt, ViewEvidence } from '#rules/evidence.ts';
import type { ReasonCode } from '#rules/reason.ts';
import type { Recipe } from '#rules/recipe.ts';

/** Every check of one view that arrived, in order. Any fault makes the view unfit: nothing on it is certain. */
export function checkView(view: ViewEvidence, recipe: Recipe): readonly Check[] {
  const known = recipe.views.find((wanted) => wanted.viewId === view.viewId);
  if (!known) return [viewCheck('view-known', { code: 'view-unknown', detail: view.viewId })];
  const checks: Check[] = [viewCheck('view-known', null)];
  const doubts = [...new Set(view.doubts)].toSorted();
  for (const doubt of doubts) checks.push(viewCheck('frame-fit', { code: codeOfDoubt(doubt), detail: doubt }));
  if (doubts.length > 0) return checks;
  checks.push(viewCheck('frame-fit', null));
  checks.push(checkSide(view.widthPx, recipe.frame.widthPx), checkSide(view.heightPx, recipe.frame.heightPx));
  return known.golden === 'required' ? [...checks, checkRegistration(view, recipe)] : checks;
}

/** True for a view on which the detector's word counts. */
export function isFit(view: ViewEvidence, recipe: Recipe): boolean {
  return checkView(view, recipe).every((check) => check.fault === null);
}

function codeOfDoubt(doubt: FrameDoubt): ReasonCode {
  if (doubt === 'missing') return 'view-missing';
  return doubt === 'registration' ? 'registration-uncertain' : 'frame-invalid';
}

function checkSide(sidePx: number, [lo, hi]: readonly [number, number]): Check {
  const holds = sidePx >= lo && sidePx <= hi;
  const fault = holds ? null : ({ code: 'frame-invalid', detail: 'wrong-size' } as const);
  return { check: 'frame-size', value: measured(sidePx), limit: sidePx > hi ? hi : lo, fault };
}

function checkRegistration(view: ViewEvidence, recipe: Recipe): Check {
  const limit = recipe.frame.residualUpTo;
  const { registration } = view;
  const check = { check: 'registration', value: measured(registration?.residual ?? Number.NaN), limit } as const;
  if (registration === null) return { ...check, fault: { code: 'registration-uncertain', detail: 'none' } };
  const holds = registration.status === 'aligned' && registration.residual <= limit;
  return { ...check, fault: holds ? null : { code: 'registration-uncertain', detail: registration.status } };
}

function viewCheck(check: Check['check'], fault: Check['fault']): Check {
  return { check, value: null, limit: null, fault };
}
