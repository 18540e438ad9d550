import type { VerdictKind } from '#rules/verdict.ts';
import { makePart, type SimulatedPart } from './plant.ts';
import {
  clearingRecipe,
  defaultRecipe,
  lines,
  loweringRecipe,
  plainPolicies,
  ruled,
  withDoubt,
  type Hearing,
} from './policies.ts';

/** Counts of one policy over the same parts. */
export interface Tally {
  readonly policy: string;
  readonly goodParts: number;
  readonly badParts: number;
  /** Bad parts that pass. */
  escapes: number;
  /** Good parts that fail. */
  falseCalls: number;
  goodToPeople: number;
  badToPeople: number;
  /** Bad parts that pass here, and not with the detector alone. */
  addedEscapes: number;
  /** Good parts that the detector alone fails, and this does not. */
  removedFalseCalls: number;
  falseCallsOfDetector: number;
}

export interface Batch {
  readonly good: readonly SimulatedPart[];
  readonly bad: readonly SimulatedPart[];
}

/** The same parts for every policy and every correlation: what differs is the policy. */
export function makeBatch(parts: number, seed: number): Batch {
  const stratum = (defective: boolean): SimulatedPart[] =>
    Array.from({ length: parts }, (_, number) => makePart(seed, number, defective));
  return { good: stratum(false), bad: stratum(true) };
}

type Judge = (part: SimulatedPart) => VerdictKind;

const failing = (says: boolean): VerdictKind => (says ? 'fail' : 'pass');

/** Every policy at one correlation, by name. */
export function judgesAt(hearing: Hearing): Readonly<Record<string, Judge>> {
  return {
    'detector alone': (part) => ruled(part, silentRecipe, null),
    'reviewer alone': (part) => failing(plainPolicies['reviewer alone'](part, hearing)),
    'both must say so (AND)': (part) => failing(plainPolicies['both must say so (AND)'](part, hearing)),
    'one is enough (OR)': (part) => failing(plainPolicies['one is enough (OR)'](part, hearing)),
    'ours, default recipe': (part) => ruled(part, defaultRecipe, hearing),
    'ours, candidates may be cleared': (part) => ruled(part, clearingRecipe, hearing),
    'ours, lowering in a band': (part) => ruled(part, loweringRecipe, hearing),
  };
}

/** The detector without a reviewer: doubtful parts go to people, candidates count for nothing. */
export const silentRecipe = { ...defaultRecipe, candidates: { ...defaultRecipe.candidates, hold: 'never' as const } };

/** Runs one policy over a batch, beside the verdicts of the detector alone. */
export function tally(
  policy: string,
  judge: Judge,
  batch: Batch,
  alone: Readonly<Record<keyof Batch, readonly VerdictKind[]>>,
): Tally {
  const counts: Tally = {
    policy,
    goodParts: batch.good.length,
    badParts: batch.bad.length,
    escapes: 0,
    falseCalls: 0,
    goodToPeople: 0,
    badToPeople: 0,
    addedEscapes: 0,
    removedFalseCalls: 0,
    falseCallsOfDetector: alone.good.filter((verdict) => verdict === 'fail').length,
  };
  for (const [index, part] of batch.good.entries()) {
    const verdict = judge(part);
    if (verdict === 'fail') counts.falseCalls += 1;
    if (verdict === 'undecided') counts.goodToPeople += 1;
    if (alone.good[index] === 'fail' && verdict !== 'fail') counts.removedFalseCalls += 1;
  }
  for (const [index, part] of batch.bad.entries()) {
    const verdict = judge(part);
    if (verdict === 'undecided') counts.badToPeople += 1;
    if (verdict !== 'pass') continue;
    counts.escapes += 1;
    if (alone.bad[index] !== 'pass') counts.addedEscapes += 1;
  }
  return counts;
}

/** Verdicts of the detector alone. */
export function aloneOn(batch: Batch): Readonly<Record<keyof Batch, readonly VerdictKind[]>> {
  const judge: Judge = (part) => ruled(part, silentRecipe, null);
  return { good: batch.good.map(judge), bad: batch.bad.map(judge) };
}

/** One point of the risk-coverage curve: of all parts, how many are decided without people, and how many of them wrongly. */
export interface CurvePoint {
  readonly policy: string;
  readonly coverage: number;
  readonly risk: number;
}

/** Points from no doubt at all to a wide one, with a share of bad parts as in the plant. */
export function riskCoverage(batch: Batch, hearing: Hearing, badShare: number): readonly CurvePoint[] {
  const widths = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35];
  return widths.flatMap((width) => {
    const bounds = [lines.failFrom - width, Math.min(0.95, lines.failFrom + width)] as const;
    const recipes = { 'detector alone': silentRecipe, 'ours, lowering in a band': loweringRecipe };
    return Object.entries(recipes).map(([policy, recipe]) => {
      const judge: Judge = (part) =>
        ruled(part, withDoubt(recipe, ...bounds), policy === 'detector alone' ? null : hearing);
      return { policy, ...pointOf(batch, judge, badShare) };
    });
  });
}

function pointOf(batch: Batch, judge: Judge, badShare: number): Omit<CurvePoint, 'policy'> {
  const verdicts = { good: batch.good.map(judge), bad: batch.bad.map(judge) };
  const share = (of: readonly VerdictKind[], kind: VerdictKind): number =>
    of.filter((one) => one === kind).length / of.length;
  const wrong = badShare * share(verdicts.bad, 'pass') + (1 - badShare) * share(verdicts.good, 'fail');
  const people = badShare * share(verdicts.bad, 'undecided') + (1 - badShare) * share(verdicts.good, 'undecided');
  const coverage = 1 - people;
  return { coverage, risk: coverage > 0 ? wrong / coverage : 0 };
}
