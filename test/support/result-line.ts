/** One measured value beside what it is compared with. */
export interface ResultLine {
  readonly name: string;
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with; '' where it stands alone. */
  readonly anchor: string;
  readonly anchorValue: number | null;
  readonly ratio: number | null;
  /** What must hold, in words; '' where nothing is asked. */
  readonly goal: string;
  readonly holds: boolean | null;
}

/** Prints a result as one line of JSON on standard output. */
export function printResult(result: ResultLine): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** The value at `share` (0..1) of sorted values: 0.99 = at most one in a hundred lies above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** Three significant digits, as a person reads them. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
