/** Why a point of a control chart is an alarm. */
export type RuleName = 'beyond-3-sigma' | 'two-of-three' | 'four-of-five' | 'eight-on-one-side';

export interface Alarm {
  /** The point that completes the pattern. */
  readonly index: number;
  readonly rule: RuleName;
}

interface Rule {
  readonly name: RuleName;
  /** At least `need` of the last `of` points lie beyond `sigmas` on one side, the last among them. */
  readonly need: number;
  readonly of: number;
  readonly sigmas: number;
}

const rules: readonly Rule[] = [
  { name: 'beyond-3-sigma', need: 1, of: 1, sigmas: 3 },
  { name: 'two-of-three', need: 2, of: 3, sigmas: 2 },
  { name: 'four-of-five', need: 4, of: 5, sigmas: 1 },
  { name: 'eight-on-one-side', need: 8, of: 8, sigmas: 0 },
];

/**
 * Alarms by the four rules of the Western Electric Statistical Quality Control Handbook (1956), over the distances of
 * the points from the center in sigmas.
 */
export function westernElectric(zs: readonly number[]): readonly Alarm[] {
  return zs.flatMap((_, index) =>
    rules.filter((rule) => breaks(zs, index, rule)).map(({ name }) => ({ index, rule: name })),
  );
}

function breaks(zs: readonly number[], index: number, { need, of, sigmas }: Rule): boolean {
  const last = zs.slice(Math.max(0, index - of + 1), index + 1);
  return [1, -1].some((side) => {
    const beyond = last.filter((z) => z * side > sigmas);
    return (zs[index] ?? 0) * side > sigmas && beyond.length >= need;
  });
}
