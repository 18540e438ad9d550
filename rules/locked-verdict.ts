import type { Lock } from '#rules/locks.ts';
import type { Verdict } from '#rules/verdict.ts';

/**
 * What a locked station makes of a verdict: undecided, whatever the evidence says. Outcomes and trace stay as they were
 * found, and so do the reasons, behind the lock.
 */
export function lockedVerdict(verdict: Verdict, { code, value, limit }: Lock): Verdict {
  const reason = { code: 'station-locked', subject: 'part', value, limit, detail: code } as const;
  return { ...verdict, verdict: 'undecided', reasons: [reason, ...verdict.reasons] };
}
