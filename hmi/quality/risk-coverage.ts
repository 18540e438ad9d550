/** A part whose truth a person told. */
export interface JudgedPart {
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** Highest score of the detector on it, 0..1; 0 where it found nothing. */
  readonly score: number;
  readonly saw: 'defect' | 'false-call';
  /** How many inspected parts it stands for: few of those that passed are looked at. */
  readonly weight: number;
}

export interface RiskPoint {
  /** Share of parts that the machine would decide alone, 0..1. */
  readonly coverage: number;
  /** Share of wrong calls among those, 0..1. */
  readonly risk: number;
  /** From this certainty on a call counts; below 0 for parts that the machine left to people. */
  readonly certainty: number;
}

/**
 * Risk over coverage: what share of its calls would be wrong if the machine decided alone the parts it is surest of and
 * left the rest to people (El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification", JMLR
 * 11). A call of a defect is as sure as its score, a pass as sure as the score is low. Undecided parts are covered last,
 * as defects: called anything else, a doubt would pass. Parts of the same certainty are covered together.
 */
export function riskCoverage(parts: readonly JudgedPart[]): readonly RiskPoint[] {
  const whole = parts.reduce((total, { weight }) => total + weight, 0);
  const points: RiskPoint[] = [];
  let [covered, wrong] = [0, 0];
  const sorted = parts.map(callOf).toSorted((a, b) => b.certainty - a.certainty);
  for (const [index, { certainty, weight, isWrong }] of sorted.entries()) {
    covered += weight;
    if (isWrong) wrong += weight;
    if (sorted[index + 1]?.certainty === certainty) continue;
    points.push({ coverage: covered / whole, risk: wrong / covered, certainty });
  }
  return points;
}

/** What the machine decided alone as it is set now, of all that people judged; null while nobody judged any. */
export function workingPoint(parts: readonly JudgedPart[]): Omit<RiskPoint, 'certainty'> | null {
  const whole = parts.reduce((total, { weight }) => total + weight, 0);
  const decided = parts.filter(({ verdict }) => verdict !== 'undecided');
  const covered = decided.reduce((total, { weight }) => total + weight, 0);
  if (whole === 0) return null;
  const wrong = decided.reduce(
    (total, { verdict, saw, weight }) => total + ((verdict === 'fail') === (saw === 'defect') ? 0 : weight),
    0,
  );
  return { coverage: covered / whole, risk: covered > 0 ? wrong / covered : 0 };
}

function callOf({ verdict, score, saw, weight }: JudgedPart) {
  const callsDefect = verdict !== 'pass';
  // What the machine left to a person comes after every part it decided.
  const certainty = verdict === 'undecided' ? score - 1 : callsDefect ? score : 1 - score;
  return { certainty, weight, isWrong: callsDefect !== (saw === 'defect') };
}
