import type { LabelRule, Recipe } from '#rules/recipe.ts';

/** One thing wrong with a recipe. */
export interface RecipeFault {
  /** Keys from the root to the value at fault. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Every contradiction in a recipe that fits its schema; empty for one that can be used. */
export function recipeFaults(recipe: Recipe): readonly RecipeFault[] {
  return [
    ...repeated(
      recipe.views.map(({ viewId }) => viewId),
      (index) => ['views', index, 'viewId'],
    ),
    ...repeated(
      recipe.labels.map(({ label }) => label),
      (index) => ['labels', index, 'label'],
    ),
    ...recipe.labels.flatMap((rule, index) => labelFaults(rule, ['labels', index], recipe)),
    ...frameFaults(recipe),
    ...reviewFaults(recipe),
    ...deadlineFaults(recipe),
  ];
}

type Path = readonly (string | number)[];

function labelFaults(rule: LabelRule, at: Path, recipe: Recipe): readonly RecipeFault[] {
  const [from, to] = rule.reviewBand;
  const faults = [
    when(
      rule.ignoreBelow > rule.failFrom,
      [...at, 'ignoreBelow'],
      `${rule.ignoreBelow} lies above failFrom ${rule.failFrom}`,
    ),
    when(
      from > rule.ignoreBelow,
      [...at, 'reviewBand'],
      `begins at ${from}, above ignoreBelow ${rule.ignoreBelow}: doubtful scores would not be asked`,
    ),
    when(
      to < rule.failFrom,
      [...at, 'reviewBand'],
      `ends at ${to}, below failFrom ${rule.failFrom}: doubtful scores would not be asked`,
    ),
    when(
      to > rule.failFrom && rule.authority !== 'lower',
      [...at, 'reviewBand'],
      `reaches above failFrom ${rule.failFrom}, where only the authority to lower has an effect`,
    ),
    when(
      rule.authority === 'lower' && rule.lowerBand === null,
      [...at, 'lowerBand'],
      'is missing: the authority to lower needs a band of scores',
    ),
    when(
      rule.authority !== 'lower' && rule.lowerBand !== null,
      [...at, 'lowerBand'],
      `has no meaning with the authority to ${rule.authority}`,
    ),
    when(
      rule.authority === 'lower' && recipe.independentKinds.length === 0,
      [...at, 'authority'],
      'to lower needs independent evidence, and independentKinds is empty',
    ),
    when(
      rule.authority === 'lower' && recipe.review.benignCauses.length === 0,
      [...at, 'authority'],
      'to lower needs a benign cause, and review.benignCauses is empty',
    ),
  ];
  if (rule.lowerBand !== null) faults.push(...lowerBandFaults(rule, rule.lowerBand, at));
  return faults.flat();
}

function lowerBandFaults(rule: LabelRule, [from, to]: readonly [number, number], at: Path): readonly RecipeFault[][] {
  const inside = from >= rule.reviewBand[0] && to <= rule.reviewBand[1];
  return [
    when(from >= to, [...at, 'lowerBand'], `is empty: [${from}, ${to})`),
    when(!inside, [...at, 'lowerBand'], `[${from}, ${to}) is not inside reviewBand [${rule.reviewBand.join(', ')})`),
  ];
}

function frameFaults({ frame }: Recipe): readonly RecipeFault[] {
  return (['widthPx', 'heightPx', 'meanGrey'] as const).flatMap((key) => crossed(frame[key], ['frame', key]));
}

function reviewFaults({ review, labels }: Recipe): readonly RecipeFault[] {
  const known = new Set(labels.map(({ label }) => label));
  const unknown = review.confusable.flatMap((pair, index) =>
    pair.flatMap((label, side) =>
      when(!known.has(label), ['review', 'confusable', index, side], `names no label: ${label}`),
    ),
  );
  const both = review.benignCauses.flatMap((cause, index) =>
    when(known.has(cause), ['review', 'benignCauses', index], `${cause} is a defect label too`),
  );
  const twice = repeated(review.benignCauses, (index) => ['review', 'benignCauses', index]);
  return [...crossed(review.areaRatio, ['review', 'areaRatio']), ...unknown, ...both, ...twice];
}

function deadlineFaults({ deadlines }: Recipe): readonly RecipeFault[] {
  const { viewsMs, reviewMs, taktMs } = deadlines;
  return [
    when(viewsMs >= taktMs, ['deadlines', 'viewsMs'], `${viewsMs} is not before taktMs ${taktMs}`),
    when(reviewMs >= taktMs, ['deadlines', 'reviewMs'], `${reviewMs} is not before taktMs ${taktMs}`),
    when(viewsMs > reviewMs, ['deadlines', 'viewsMs'], `${viewsMs} lies after reviewMs ${reviewMs}`),
  ].flat();
}

function crossed([lo, hi]: readonly [number, number], path: Path): readonly RecipeFault[] {
  return when(lo > hi, path, `limits are crossed: ${lo} is above ${hi}`);
}

function repeated(names: readonly string[], pathOf: (index: number) => Path): readonly RecipeFault[] {
  return names.flatMap((name, index) => when(names.indexOf(name) < index, pathOf(index), `${name} stands here twice`));
}

function when(faulty: boolean, path: Path, message: string): RecipeFault[] {
  return faulty ? [{ path, message }] : [];
}
