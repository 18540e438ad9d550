import type { Detection } from '#detector/detection.ts';
import { hear, type Judged, type ViewContext } from '#rules/asked.ts';
import { checkIndependence } from '#rules/check-independence.ts';
import { checkMayLower, checkMayRaise } from '#rules/check-authority.ts';
import { checkToStep, measured, type Check } from '#rules/check.ts';
import { detectorCall } from '#rules/detector-call.ts';
import { judgeFinding, untilFirstFault } from '#rules/judge-finding.ts';
import { judgeDontCare } from '#rules/judge-dont-care.ts';
import { judgeSuspicion } from '#rules/judge-suspicion.ts';
import type { LabelRule } from '#rules/recipe.ts';
import { ruleFor } from '#rules/review-band.ts';
import type { Outcome, Reason } from '#rules/verdict.ts';
import type { Finding } from '#vlm/review.ts';

type Call = Outcome['detectorCall'];

/** The detector's call on a detection, as a valid finding of the reviewer may change it within the recipe. */
export function judgeDetection(detection: Detection, context: ViewContext): Judged {
  const rule = ruleFor(detection.label, context.recipe);
  const call = detectorCall(detection, rule);
  const leftOut = rule === null ? null : judgeDontCare(detection, context, call);
  if (leftOut) return leftOut;
  const checks = callChecks(detection, rule);
  if (call === 'ignore' || rule === null) return judgeWithout(detection, context, { call, checks });
  if (!context.asked.has(detection.id)) return judgeWithout(detection, context, { call, checks });
  const heard = hear(detection.id, context, (finding) => ladderOf(finding, detection, { rule, call, context }));
  const outcome =
    heard.finding === null
      ? standing(detection, context, { call, rule, refused: heard.refused })
      : settled(detection, context, { call, rule, finding: heard.finding });
  return { outcome, trace: [...checks, ...heard.checks].map((check) => checkToStep(check, detection.id)) };
}

/** A detection that nobody was asked about. */
function judgeWithout(
  detection: Detection,
  context: ViewContext,
  { call, checks }: { call: Call; checks: readonly Check[] },
): Judged {
  const trace = checks.map((check) => checkToStep(check, detection.id));
  if (call !== 'ignore') {
    const rule = ruleFor(detection.label, context.recipe);
    return { outcome: standing(detection, context, { call, rule, refused: null }), trace };
  }
  // Below `ignoreBelow`, yet the review band covers it: asked about, it is as good a suspicion as a candidate.
  const suspicion = judgeSuspicion(detection, context, {
    value: detection.score,
    limit: context.recipe.candidates.askFrom,
    strong: context.asked.has(detection.id),
    code: 'candidate-held',
  });
  return { outcome: suspicion.outcome, trace: [...trace, ...suspicion.trace] };
}

/** The detector's call stands; on a frame that is not fit to judge nothing is certain. */
function standing(
  detection: Detection,
  { view, fit }: ViewContext,
  { call, rule, refused }: { call: Call; rule: LabelRule | null; refused: Reason | null },
): Outcome {
  const certain = call === 'fail' && fit;
  const own: Reason = {
    code: rule === null ? 'label-unknown' : certain ? 'defect-certain' : 'defect-doubtful',
    subject: detection.id,
    value: measured(detection.score),
    limit: rule?.failFrom ?? null,
    detail: detection.label,
  };
  return {
    id: detection.id,
    viewId: view.viewId,
    detectorCall: call,
    outcome: certain ? 'fail' : 'doubt',
    source: 'detector',
    reasons: refused === null ? [own] : [own, refused],
  };
}

/** A valid finding that the recipe lets count. */
function settled(
  detection: Detection,
  { view }: ViewContext,
  { call, rule, finding }: { call: Call; rule: LabelRule; finding: Finding },
): Outcome {
  const lowered = finding.judgement === 'false-call';
  const byDetector = !lowered && call === 'fail';
  const raised = byDetector ? 'defect-certain' : 'defect-raised';
  const reason: Reason = {
    code: lowered ? 'defect-lowered' : raised,
    subject: detection.id,
    value: measured(detection.score),
    limit: rule.failFrom,
    detail: finding.label,
  };
  return {
    id: detection.id,
    viewId: view.viewId,
    detectorCall: call,
    outcome: lowered ? 'accept' : 'fail',
    source: byDetector ? 'detector' : 'reviewer',
    reasons: [reason],
  };
}

function ladderOf(
  finding: Finding,
  detection: Detection,
  { rule, call, context }: { rule: LabelRule; call: Call; context: ViewContext },
): readonly Check[] {
  const checks = [...judgeFinding(finding, detection, context)];
  if (finding.judgement === 'false-call') {
    checks.push(checkMayLower(rule, detection.score));
    checks.push(checkIndependence(detection.id, context.independent, context.recipe.independentKinds));
  } else if (call === 'doubt') {
    checks.push(checkMayRaise(rule));
  }
  return untilFirstFault(checks);
}

/** Label and score as checks: they hold where they are good for the part. */
function callChecks(detection: Detection, rule: LabelRule | null): readonly Check[] {
  const value = measured(detection.score);
  const unknown: Check['fault'] = { code: 'label-unknown', detail: detection.label };
  const known: Check = { check: 'label-known', value: null, limit: null, fault: rule === null ? unknown : null };
  if (rule === null) return [known];
  const ignored = detection.score < rule.ignoreBelow;
  const doubtful: Check['fault'] = { code: 'defect-doubtful', detail: detection.label };
  const below: Check = { check: 'below-ignore', value, limit: rule.ignoreBelow, fault: ignored ? null : doubtful };
  if (ignored) return [known, below];
  const certain: Check['fault'] = { code: 'defect-certain', detail: detection.label };
  const belowFail = detection.score < rule.failFrom;
  return [known, below, { check: 'below-fail', value, limit: rule.failFrom, fault: belowFail ? null : certain }];
}
