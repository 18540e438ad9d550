import { measured, unmeasured, type Check } from '#rules/check.ts';
import type { FrameDoubt, ViewEvidence } from '#rules/evidence.ts';
import type { ReasonCode } from '#rules/reason.ts';
import type { Approval, Recipe } from '#rules/recipe.ts';

const dayMs = 86_400_000;

/** Every check of one view that arrived, in order. Any fault makes the view unfit: nothing on it is certain. */
export function checkView(view: ViewEvidence, recipe: Recipe): readonly Check[] {
  const known = recipe.views.find((wanted) => wanted.viewId === view.viewId);
  if (!known) return [unmeasured('view-known', { code: 'view-unknown', detail: view.viewId })];
  const checks: Check[] = [unmeasured('view-known', null)];
  const doubts = [...new Set(view.doubts)].toSorted();
  for (const doubt of doubts) checks.push(unmeasured('frame-fit', { code: codeOfDoubt(doubt), detail: doubt }));
  if (doubts.length > 0) return checks;
  checks.push(unmeasured('frame-fit', null));
  checks.push(checkSide(view.widthPx, recipe.frame.widthPx), checkSide(view.heightPx, recipe.frame.heightPx));
  if (known.calibration !== null) {
    checks.push(checkApproval('calibration-valid', known.calibration, view.capturedAt));
  }
  if (known.golden === 'required')
    checks.push(...checkGolden(view, known.goldenSamples), checkRegistration(view, recipe));
  return checks;
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

/** Is the golden sample one that somebody approved, and does the approval hold? Not asked where the recipe names none. */
function checkGolden(view: ViewEvidence, samples: readonly Approval[]): readonly Check[] {
  if (samples.length === 0) return [];
  const used = samples.find((sample) => sample.sha256 === view.goldenSha256);
  const unapproved = { code: 'golden-unapproved', detail: view.goldenSha256 ?? 'none' } as const;
  if (!used) return [unmeasured('golden-approved', unapproved)];
  return [unmeasured('golden-approved', null), checkApproval('golden-valid', used, view.capturedAt)];
}

/** Days that an approval still holds when the frame is captured, above 0; a frame without a time cannot be judged by it. */
function checkApproval(check: Check['check'], approval: Approval, capturedAt: string | null): Check {
  const atMs = Date.parse(capturedAt ?? '');
  const value = measured((Date.parse(approval.expiresAt) - atMs) / dayMs);
  const holds = value !== null && value > 0 && atMs >= Date.parse(approval.approvedAt);
  return { check, value, limit: 0, fault: holds ? null : { code: 'approval-expired', detail: approval.approvedBy } };
}

function checkRegistration(view: ViewEvidence, recipe: Recipe): Check {
  const limit = recipe.frame.residualUpTo;
  const { registration } = view;
  const check = { check: 'registration', value: measured(registration?.residual ?? Number.NaN), limit } as const;
  if (registration === null) return { ...check, fault: { code: 'registration-uncertain', detail: 'none' } };
  const holds = registration.status === 'aligned' && registration.residual <= limit;
  return { ...check, fault: holds ? null : { code: 'registration-uncertain', detail: registration.status } };
}
