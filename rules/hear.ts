import { checkToReason, unmeasured, type Check } from '#rules/check.ts';
import type { Reason } from '#rules/verdict.ts';
import type { ViewContext } from '#rules/view-context.ts';
import type { Finding } from '#vlm/review.ts';

/** What an answer comes to once every check is taken. */
export interface Heard {
  /** null unless there is an answer and every check on it holds. */
  readonly finding: Finding | null;
  readonly checks: readonly Check[];
  /** Why the answer does not count; null where it does. */
  readonly refused: Reason | null;
}

/** Hears the answer to the question about an id: is there exactly one, and do all checks on its finding hold? */
export function hear(id: string, context: ViewContext, checksOf: (finding: Finding) => readonly Check[]): Heard {
  const { finding, missing } = answerTo(id, context);
  const fault = missing === null ? null : ({ code: 'review-unavailable', detail: missing } as const);
  const checks = [unmeasured('review-available', fault), ...(finding === null ? [] : checksOf(finding))];
  const failed = checks.find((check) => check.fault !== null);
  const refused = failed ? checkToReason(failed, id) : null;
  return { finding: refused === null ? finding : null, checks, refused };
}

/** The one answer to the question about an id, or the word for why there is none. */
function answerTo(id: string, { view, ambiguous }: ViewContext): { finding: Finding | null; missing: string | null } {
  const [review, another] = view.reviews.filter((one) => one.id === id);
  if (!review) return { finding: null, missing: 'no-answer' };
  if (another) return { finding: null, missing: 'answered-twice' };
  if (ambiguous.has(id)) return { finding: null, missing: 'id-twice' };
  if (review.kind === 'unavailable') return { finding: null, missing: review.reason };
  return { finding: review.finding, missing: null };
}
