/** One answer of known truth: how sure the model was, 0..1, and whether it was right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

// Chances of exactly 0 or 1 would weigh without limit.
const edge = 1e-6;
const [least, most] = [0.05, 20] as const;

/** A confidence as experience has it: its log odds over the temperature (Guo et al. 2017, arXiv 1706.04599). */
export function calibrated(confidence: number, temperature: number): number {
  const chance = Math.min(1 - edge, Math.max(edge, confidence));
  return 1 / (1 + ((1 - chance) / chance) ** (1 / temperature));
}

/** The temperature under which the answers are least surprising (least negative log likelihood), in [0.05, 20]; 1 for none. */
export function fitTemperature(answers: readonly Judged[]): number {
  if (answers.length === 0) return 1;
  const surprise = (logTemperature: number): number =>
    answers.reduce((sum, { confidence, right }) => {
      const chance = calibrated(confidence, Math.exp(logTemperature));
      return sum - Math.log(Math.max(edge, right ? chance : 1 - chance));
    }, 0);
  // Golden section: the surprise falls and then rises with the temperature.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(least), Math.log(most)];
  while (high - low > 1e-4) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (surprise(a) < surprise(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Mean squared distance of confidence and outcome (Brier 1950), 0 is best; null for no answers. */
export function brierScore(answers: readonly Judged[], temperature: number): number | null {
  if (answers.length === 0) return null;
  const sum = answers.reduce(
    (total, { confidence, right }) => total + (calibrated(confidence, temperature) - Number(right)) ** 2,
    0,
  );
  return sum / answers.length;
}
