import { digestOf } from '#rules/files/load-recipe.ts';
import { withApproval } from '#rules/files/with-approval.ts';

/** What somebody is about to answer for, in a recipe. */
export interface ApprovalWish {
  /** Text of the recipe that runs. */
  readonly text: string;
  readonly viewId: string;
  /** `golden`: these pictures count as golden samples of the view. `calibration`: the one that is there counts longer. */
  readonly of: 'golden' | 'calibration';
  /** Digests of the golden samples; of the calibration the one in the recipe stays. */
  readonly sha256s: readonly string[];
  readonly approvedBy: string;
  readonly approvedAt: string;
  readonly expiresAt: string;
}

/** A draft with the approval in it; null where the recipe has no such view or calibration. */
export function draftApproval({
  text,
  viewId,
  of,
  ...approval
}: ApprovalWish): { text: string; sha256: string } | null {
  const draft = withApproval(text, { viewId, of, approval });
  return draft === null ? null : { text: draft, sha256: digestOf(draft) };
}
