import type { Detection } from '#detector/detection.ts';
import { checkToReason, checkToStep, measured, type Check } from '#rules/check.ts';
import { measureSize } from '#rules/measure-size.ts';
import type { AcceptanceRule, Recipe, ViewRule } from '#rules/recipe.ts';
import { ruleFor } from '#rules/rule-for.ts';
import type { Judged, Outcome, Reason } from '#rules/verdict.ts';
import { zoneOf } from '#rules/zones.ts';

/** A judged detection together with the view it lies in; `viewRule` is null on a view that is not fit to judge. */
export interface Claim {
  readonly found: Detection;
  readonly viewRule: ViewRule | null;
  readonly judged: Judged;
}

/** How a claim lies to the rule of acceptance that speaks of it. */
interface Fit {
  readonly rule: AcceptanceRule;
  /** Claims of one group are counted together. */
  readonly group: string;
  readonly checks: readonly Check[];
  readonly fits: boolean;
}

/**
 * Accepts what a good part may have: defects within size, place and count. Counting keeps doubt: if even all claims of a
 * group are within the count, all are accepted; if those that are certain exceed it alone, they fail; between the two it
 * depends on the doubtful ones, and all become doubtful.
 */
export function applyAcceptance(claims: readonly Claim[], recipe: Recipe): readonly Judged[] {
  const fits = claims.map((claim) => fitOf(claim, recipe));
  return claims.map(({ judged }, index) => {
    const fit = fits[index] ?? null;
    if (fit === null) return judged;
    const count = fit.fits ? countGroup(fit.group, claims, fits) : null;
    return weigh(judged, fit, count);
  });
}

interface GroupCount {
  readonly certain: number;
  readonly possible: number;
}

function countGroup(group: string, claims: readonly Claim[], fits: readonly (Fit | null)[]): GroupCount {
  const members = claims.filter((_, index) => fits[index]?.fits === true && fits[index]?.group === group);
  const certain = members.filter(({ judged }) => judged.outcome.outcome === 'fail').length;
  return { certain, possible: members.length };
}

function weigh({ outcome, trace }: Judged, fit: Fit, count: GroupCount | null): Judged {
  const { id, reasons } = outcome;
  const limit = fit.rule.countUpTo;
  const checks = [...fit.checks];
  if (count !== null) {
    const value = count.certain > limit ? count.certain : count.possible;
    const over = { code: 'count-over-limit', detail: fit.rule.ruleId } as const;
    checks.push({ check: 'acceptable-count', value, limit, fault: value <= limit ? null : over });
  }
  const steps = [...trace, ...checks.map((check) => checkToStep(check, id))];
  const fault = checks.map((check) => checkToReason(check, id)).find((reason) => reason !== null);
  if (fault) {
    const undecided = count !== null && count.certain <= limit;
    const kept: Outcome = { ...outcome, outcome: undecided ? 'doubt' : outcome.outcome, reasons: [...reasons, fault] };
    return { outcome: kept, trace: steps };
  }
  const size = fit.checks.at(0);
  const within: Reason = {
    code: 'within-acceptance',
    subject: id,
    value: size?.value ?? null,
    limit: size?.limit ?? null,
    detail: fit.rule.ruleId,
  };
  return { outcome: { ...outcome, outcome: 'accept', source: 'acceptance', reasons: [within] }, trace: steps };
}

/** The first rule that fits; else the first that speaks of the label and place but not of the size; else null. */
function fitOf(claim: Claim, recipe: Recipe): Fit | null {
  const { outcome } = claim.judged;
  if (outcome.detectorCall === 'ignore' || outcome.outcome === 'accept') return null;
  const tried = recipe.acceptance.map((rule) => tryRule(rule, claim, recipe)).filter((fit) => fit !== null);
  return tried.find(({ fits }) => fits) ?? tried[0] ?? null;
}

function tryRule(rule: AcceptanceRule, { found, viewRule }: Claim, recipe: Recipe): Fit | null {
  const label = ruleFor(found.label, recipe);
  if (label === null || viewRule === null || viewRule.calibration === null) return null;
  if (!rule.labels.includes(label.label) && !rule.severities.includes(label.severity)) return null;
  const zone = placeOf(rule, found, viewRule);
  if (zone === null) return null;
  const { lengthMm, areaMm2 } = measureSize(found, viewRule.calibration);
  const checks = [
    sizeCheck('acceptable-length', lengthMm, rule.lengthUpToMm, 'length-over-limit'),
    sizeCheck('acceptable-area', areaMm2, rule.areaUpToMm2, 'area-over-limit'),
  ].filter((check) => check !== null);
  const places = { part: [], view: [viewRule.viewId], zone: [viewRule.viewId, zone] } as const;
  const group = JSON.stringify([rule.ruleId, ...places[rule.countPer]]);
  return { rule, group, checks, fits: checks.every((check) => check.fault === null) };
}

/** Name of the zone of a rule that a detection lies in, '' for a rule that holds anywhere; null where it lies in none. */
function placeOf(rule: AcceptanceRule, found: Detection, viewRule: ViewRule): string | null {
  const named = rule.zones;
  if (named === null) return '';
  const zones = viewRule.zones.filter(({ zoneId, use }) => use === 'acceptance' && named.includes(zoneId));
  return zoneOf(found, zones)?.zone.zoneId ?? null;
}

function sizeCheck(
  check: 'acceptable-length' | 'acceptable-area',
  value: number,
  limit: number | null,
  code: 'length-over-limit' | 'area-over-limit',
): Check | null {
  if (limit === null) return null;
  const detail = check === 'acceptable-length' ? 'mm' : 'mm2';
  return { check, value: measured(value), limit, fault: value <= limit ? null : { code, detail } };
}
