import type { Detection } from '#detector/detection.ts';
import { checkToReason, checkToStep, measured, type Check } from '#rules/check.ts';
import { hear } from '#rules/hear.ts';
import { judgeDontCare } from '#rules/judge-dont-care.ts';
import { judgeFinding } from '#rules/judge-finding.ts';
import type { Strength } from '#rules/strength.ts';
import type { Judged, Outcome, Reason } from '#rules/verdict.ts';
import type { ViewContext } from '#rules/view-context.ts';
import type { Finding } from '#vlm/review.ts';

/**
 * What becomes of something the detector made no call on: a candidate, or a detection below `ignoreBelow` that the review
 * band still covers. It never fails a part alone. One strong enough keeps the part undecided as `candidates.hold` says.
 */
export function judgeSuspicion(suspicion: Detection, context: ViewContext, strength: Strength): Judged {
  const leftOut = judgeDontCare(suspicion, context, 'ignore');
  if (leftOut) return leftOut;
  const { strong, limit, code } = strength;
  const value = measured(strength.value);
  const weak: Check = {
    check: 'candidate-weak',
    value,
    limit,
    fault: strong ? { code, detail: suspicion.label } : null,
  };
  const step = checkToStep(weak, suspicion.id);
  if (!strong) return { outcome: outcomeOf(suspicion, context, { outcome: 'accept', reasons: [] }), trace: [step] };
  const held = checkToReason(weak, suspicion.id);
  const heard = context.asked.has(suspicion.id) ? hear(suspicion.id, context, checksOn(suspicion, context)) : null;
  const reasons = [held, heard?.refused ?? null].filter((reason) => reason !== null);
  return {
    outcome: weigh(suspicion, context, { finding: heard?.finding ?? null, reasons, value, limit }),
    trace: [step, ...(heard?.checks ?? []).map((check) => checkToStep(check, suspicion.id))],
  };
}

function checksOn(suspicion: Detection, context: ViewContext): (finding: Finding) => readonly Check[] {
  return (finding) => judgeFinding(finding, asLabeled(suspicion, finding, context), context);
}

function weigh(
  suspicion: Detection,
  context: ViewContext,
  {
    finding,
    reasons,
    value,
    limit,
  }: Pick<Check, 'value' | 'limit'> & {
    finding: Finding | null;
    reasons: readonly Reason[];
  },
): Outcome {
  const { hold } = context.recipe.candidates;
  const said: Reason[] = [];
  const cleared = finding?.judgement === 'false-call' && hold === 'until-cleared';
  if (finding) {
    const code = finding.judgement === 'confirmed' ? 'candidate-confirmed' : 'candidate-cleared';
    said.push({ code, subject: suspicion.id, value, limit, detail: finding.label });
  }
  if (cleared) return outcomeOf(suspicion, context, { outcome: 'accept', reasons: said, source: 'reviewer' });
  const outcome = hold === 'never' ? 'accept' : 'doubt';
  return outcomeOf(suspicion, context, { outcome, reasons: [...said, ...reasons] });
}

/** The detector's word for a suspicion is no claim: any label of the recipe agrees with it. */
function asLabeled(suspicion: Detection, finding: Finding, context: ViewContext): Detection {
  const known = context.recipe.labels.some((rule) => rule.label === finding.label);
  return known ? { ...suspicion, label: finding.label } : suspicion;
}

function outcomeOf(
  suspicion: Detection,
  { view }: ViewContext,
  { outcome, reasons, source }: Pick<Outcome, 'outcome' | 'reasons'> & Partial<Pick<Outcome, 'source'>>,
): Outcome {
  const { id } = suspicion;
  return { id, viewId: view.viewId, detectorCall: 'ignore', outcome, source: source ?? 'detector', reasons };
}
