import type { Reason } from '#rules/verdict.ts';

/** One reason without its subject, for tables. */
export type ReasonRow = readonly (string | number | null)[];

export function asRows(reasons: readonly Reason[]): ReasonRow[] {
  return reasons.map(({ code, value, limit, detail }) => [code, value, limit, detail]);
}

/** The reason of `aDetection` as long as nothing settles it. */
export const doubtful: ReasonRow = ['defect-doubtful', 0.45, 0.6, 'spur'];

/** A finding that dust caused the call. */
export const falseCall = { judgement: 'false-call', label: 'dust' } as const;
