/** Reasons a person may give, by what is decided; `undone` is what taking a decision back says. */
export const dispositionReasons = {
  accept: ['no-defect', 'harmless', 'within-limits', 'other'],
  rework: ['repairable', 'clean-and-inspect-again', 'other'],
  scrap: ['defect', 'cannot-be-repaired', 'other'],
  hold: ['ask-quality', 'measure', 'undone', 'other'],
} as const;
