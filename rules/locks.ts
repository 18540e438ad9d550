import type { Approval, LockRules, Recipe } from '#rules/recipe.ts';
import type { Verdict, VerdictKind } from '#rules/verdict.ts';

/** Every reason for which a station locks; docs/reasons.md says each in plain words, pinned both ways by a test. */
export const lockCodes = {
  'fails-in-row': 'so many parts failed in a row that the process, or the inspection, must have gone wrong',
  'undecided-in-row': 'so many parts in a row were undecided that the inspection cannot be working',
  'bypass-rate': 'too many of the last parts went without an answer of the reviewer that they were to have',
  'challenge-failed': 'a known bad part did not fail',
  'challenge-overdue': 'no known bad part was shown for too many parts or hours',
  'approval-ended': 'the approval of a golden sample or calibration does not hold any more',
} as const;

export type LockCode = keyof typeof lockCodes;

/** Why and since when a station gives no verdicts: until a person releases it. */
export interface Lock {
  readonly code: LockCode;
  readonly value: number | null;
  readonly limit: number | null;
  readonly detail: string;
  readonly at: string;
}

/** What a station remembers between parts to know when to lock. Plain data: it survives a restart as JSON. */
export interface LockState {
  readonly failsInRow: number;
  readonly undecidedInRow: number;
  /** The last parts, oldest first: was the reviewer bypassed? */
  readonly bypassed: readonly boolean[];
  readonly partsSinceChallenge: number;
  readonly challengedAt: string;
  readonly lock: Lock | null;
}

/** What became of one part. */
export interface PartFacts {
  readonly verdict: VerdictKind;
  readonly bypassed: boolean;
  /** True for a known bad part, shown to prove the inspection. */
  readonly challenge: boolean;
  readonly at: string;
}

const hourMs = 3_600_000;

/** A station at start or after a person released it; the clock of the challenge parts begins anew. */
export function unlocked(at: string): LockState {
  const counts = { failsInRow: 0, undecidedInRow: 0, bypassed: [], partsSinceChallenge: 0 };
  return { ...counts, challengedAt: at, lock: null };
}

/** Was there no valid answer to a question that was to be asked of the reviewer? */
export function wasBypassed({ trace }: Pick<Verdict, 'trace'>): boolean {
  return trace.some(({ check, outcome }) => check === 'review-available' && outcome === 'fails');
}

/** The state after one more part. A lock stays until `unlocked`; the first one stands. */
export function afterPart(state: LockState, part: PartFacts, rules: LockRules): LockState {
  const counted = part.challenge ? afterChallenge(state, part) : afterOrdinary(state, part, rules);
  const lock = state.lock ?? challengeLock(part) ?? lockOf(counted, part, rules);
  return { ...counted, lock };
}

/** What locks a station before the next part, whatever the last ones were: time alone. null: nothing. */
export function lockBefore(state: LockState, recipe: Pick<Recipe, 'locks' | 'views'>, at: string): Lock | null {
  return state.lock ?? overdueByTime(state, recipe.locks, at) ?? endedApproval(recipe, at);
}

function afterChallenge(state: LockState, { at }: PartFacts): LockState {
  return { ...state, partsSinceChallenge: 0, challengedAt: at };
}

function afterOrdinary(state: LockState, { verdict, bypassed }: PartFacts, rules: LockRules): LockState {
  return {
    ...state,
    failsInRow: verdict === 'fail' ? state.failsInRow + 1 : 0,
    undecidedInRow: verdict === 'undecided' ? state.undecidedInRow + 1 : 0,
    bypassed: [...state.bypassed, bypassed].slice(-(rules.bypass?.lastParts ?? 1)),
    partsSinceChallenge: state.partsSinceChallenge + 1,
  };
}

function challengeLock({ challenge, verdict, at }: PartFacts): Lock | null {
  if (!challenge || verdict === 'fail') return null;
  return { code: 'challenge-failed', value: null, limit: null, detail: verdict, at };
}

function lockOf(state: LockState, { at }: PartFacts, rules: LockRules): Lock | null {
  return (
    reached('fails-in-row', state.failsInRow, rules.failsInRow, at) ??
    reached('undecided-in-row', state.undecidedInRow, rules.undecidedInRow, at) ??
    bypassLock(state, rules, at) ??
    reached('challenge-overdue', state.partsSinceChallenge, rules.challenge?.everyParts ?? null, at) ??
    overdueByTime(state, rules, at)
  );
}

function reached(code: LockCode, value: number, limit: number | null, at: string): Lock | null {
  return limit !== null && value >= limit ? { code, value, limit, detail: '', at } : null;
}

/** Judged only once so many parts were seen: one bypass of one part is no rate. */
function bypassLock({ bypassed }: LockState, { bypass }: LockRules, at: string): Lock | null {
  if (bypass === null || bypassed.length < bypass.lastParts) return null;
  const value = bypassed.filter(Boolean).length / bypassed.length;
  return value > bypass.shareUpTo
    ? { code: 'bypass-rate', value, limit: bypass.shareUpTo, detail: String(bypass.lastParts), at }
    : null;
}

function overdueByTime(state: LockState, { challenge }: LockRules, at: string): Lock | null {
  if (challenge === null) return null;
  const value = (Date.parse(at) - Date.parse(state.challengedAt)) / hourMs;
  const limit = challenge.everyHours;
  // A clock that cannot be read or runs backwards proves nothing: it counts as overdue.
  return value >= 0 && value < limit ? null : { code: 'challenge-overdue', value, limit, detail: 'h', at };
}

function endedApproval({ views }: Pick<Recipe, 'views'>, at: string): Lock | null {
  for (const view of views) {
    const approvals: readonly (Approval | null)[] = [...view.goldenSamples, view.calibration];
    const ended = approvals.find((one) => one !== null && Date.parse(one.expiresAt) <= Date.parse(at));
    if (ended)
      return { code: 'approval-ended', value: null, limit: null, detail: `${view.viewId}: ${ended.expiresAt}`, at };
  }
  return null;
}
