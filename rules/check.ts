import type { ReasonCode } from '#rules/reason.ts';
import type { CheckName, Reason, TraceStep } from '#rules/verdict.ts';

/** The result of one check: what was measured, what it was held against, and why it fails, if it does. */
export interface Check {
  readonly check: CheckName;
  readonly value: number | null;
  readonly limit: number | null;
  /** null where the check holds. */
  readonly fault: { readonly code: ReasonCode; readonly detail: string } | null;
}

/** A check that has nothing to measure: it holds or it does not. */
export function unmeasured(check: CheckName, fault: Check['fault']): Check {
  return { check, value: null, limit: null, fault };
}

/** A check as a line of the trace. */
export function checkToStep(check: Check, subject: string): TraceStep {
  const { value, limit } = check;
  return { check: check.check, subject, value, limit, outcome: check.fault === null ? 'holds' : 'fails' };
}

/** A failed check as a reason; null for one that holds. */
export function checkToReason(check: Check, subject: string): Reason | null {
  if (check.fault === null) return null;
  return { code: check.fault.code, subject, value: check.value, limit: check.limit, detail: check.fault.detail };
}

/** JSON has no infinity and no NaN: what cannot be measured is null. */
export function measured(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
