/** How far a mix of labels lies from the mix that is usual. */
export interface MixShift {
  /** Pearson's chi-squared of the piece against the usual shares. */
  readonly chiSquared: number;
  /** The same in sigmas of a normal distribution: above 3 it is an alarm. */
  readonly z: number;
}

/** Below this mean of expected calls a label the test of Pearson does not hold; a mix of too few calls says nothing. */
const expectedAtLeast = 1;

/**
 * Holds the labels called in a piece of time against those of the whole period, by Pearson's test of homogeneity (piece
 * against rest). null where there are too few calls to tell.
 */
export function mixShift(
  piece: Readonly<Record<string, number>>,
  whole: Readonly<Record<string, number>>,
): MixShift | null {
  const labels = Object.keys(whole).filter((label) => (whole[label] ?? 0) > 0);
  const all = sum(labels.map((label) => whole[label] ?? 0));
  const here = sum(labels.map((label) => piece[label] ?? 0));
  const elsewhere = all - here;
  if (labels.length < 2 || here < expectedAtLeast * labels.length || elsewhere < here) return null;
  const chiSquared = sum(
    labels.map((label) => {
      const total = whole[label] ?? 0;
      const [seen, other] = [piece[label] ?? 0, total - (piece[label] ?? 0)];
      const [expected, expectedOther] = [(total * here) / all, (total * elsewhere) / all];
      return (seen - expected) ** 2 / expected + (other - expectedOther) ** 2 / expectedOther;
    }),
  );
  return { chiSquared, z: sigmasOfChiSquared(chiSquared, labels.length - 1) };
}

/** A chi-squared as sigmas of a normal distribution: Wilson and Hilferty 1931, PNAS 17(12), "The distribution of chi-square". */
export function sigmasOfChiSquared(chiSquared: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquared / freedom) - (1 - spread)) / Math.sqrt(spread);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
