/** Every reason a verdict can carry; docs/reasons.md says each in plain words, pinned both ways by a test. */
export const reasonCodes = {
  'defect-certain': 'the detector is certain of a defect: its score reaches failFrom',
  'defect-doubtful': 'the score lies between ignoreBelow and failFrom and nothing settled it',
  'defect-raised': 'the reviewer confirmed a doubtful detection and the recipe lets it raise',
  'defect-lowered': 'the reviewer named a benign cause, all checks hold and the recipe lets it lower',
  'label-unknown': 'the label is not in the recipe',
  'frame-invalid': 'a frame is not fit to judge',
  'view-missing': 'a view that the recipe asks for did not arrive',
  'view-unknown': 'a view that the recipe does not know arrived',
  'registration-uncertain': 'the part does not fit its golden within the limits',
  'review-unavailable': 'no valid review of a detection in the review band',
  'review-uncertain': 'the reviewer could not tell',
  'iou-below-limit': 'the box of the reviewer lies elsewhere',
  'area-out-of-range': 'the box of the reviewer is too small or too large for the detection',
  'region-none': 'the box of the reviewer meets no part of the region: hallucinated',
  'region-merged': 'the box of the reviewer meets several separate regions: merged',
  'region-incomplete': 'part of the region lies outside the box of the reviewer',
  'label-disagrees': 'the reviewer names another defect and the recipe does not list the pair as confusable',
  'benign-cause-unknown': 'a false call without a benign cause from the list of the recipe',
  'lower-not-allowed': 'the recipe does not let the reviewer lower this label at this score',
  'lower-not-independent': 'nothing independent of the detector supports lowering',
  'candidate-confirmed': 'the reviewer sees a defect where the detector made no call',
} as const;

export type ReasonCode = keyof typeof reasonCodes;
