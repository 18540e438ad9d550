import type { Detection } from '#detector/detection.ts';
import { checkIndependence } from '#rules/check-independence.ts';
import { checkMayLower, checkMayRaise } from '#rules/check-authority.ts';
import { checkToStep, measured, unmeasured, type Check } from '#rules/check.ts';
import { detectorCall } from '#rules/detector-call.ts';
import { hear } from '#rules/hear.ts';
import { judgeDontCare } from '#rules/judge-dont-care.ts';
import { judgeFinding, untilFirstFault } from '#rules/judge-finding.ts';
import { judgeSuspicion } from '#rules/judge-suspicion.ts';
import type { LabelRule } from '#rules/recipe.ts';
import { ruleFor } from '#rules/rule-for.ts';
import type { Judged, Outcome, Reason, TraceStep } from '#rules/verdict.ts';
import type { ViewContext } from '#rules/view-context.ts';
import type { Finding } from '#vlm/review.ts';

type Call = Outcome['detectorCall'];

/** The detector's call on a detection, as a valid finding of the reviewer may change it within the recipe. */
export function judgeDetection(detection: Detection, context: ViewContext): Judged {
  const rule = ruleFor(detection.label, context.recipe);
  const call = detectorCall(detection, rule);
  const leftOut = rule === null ? null : judgeDontCare(detection, context, call);
  if (leftOut) return leftOut;
  const checks = callChecks(detection, rule);
  const trace = checks.map((check) => checkToStep(check, detection.id));
  if (call === 'ignore') return judgeAsSuspicion(detection, context, trace);
  if (rule === null || !context.asked.has(detection.id)) {
    return { outcome: standing(detection, context, { call, rule, refused: null }), trace };
  }
  const heard = hear(detection.id, context, (finding) => ladderOf(finding, detection, { rule, call, context }));
  const outcome =
    heard.finding === null
      ? standing(detection, context, { call, rule, refused: heard.refused })
      : settled(detection, context, { call, rule, finding: heard.finding });
  return { outcome, trace: [...trace, ...heard.checks.map((check) => checkToStep(check, detection.id))] };
}

/** Below `ignoreBelow`. Where the review band covers it all the same, it is as good a suspicion as a candidate. */
function judgeAsSuspicion(detection: Detection, context: ViewContext, before: readonly TraceStep[]): Judged {
  const { outcome, trace } = judgeSuspicion(detection, context, {
    value: detection.score,
    limit: context.recipe.candidates.askFrom,
    strong: context.asked.has(detection.id),
    code: 'candidate-held',
  });
  return { outcome, trace: [...before, ...trace] };
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
  const known = unmeasured('label-known', rule === null ? unknown : null);
  if (rule === null) return [known];
  const ignored = detection.score < rule.ignoreBelow;
  const doubtful: Check['fault'] = { code: 'defect-doubtful', detail: detection.label };
  const below: Check = { check: 'below-ignore', value, limit: rule.ignoreBelow, fault: ignored ? null : doubtful };
  if (ignored) return [known, below];
  const certain: Check['fault'] = { code: 'defect-certain', detail: detection.label };
  const belowFail = detection.score < rule.failFrom;
  return [known, below, { check: 'below-fail', value, limit: rule.failFrom, fault: belowFail ? null : certain }];
}
