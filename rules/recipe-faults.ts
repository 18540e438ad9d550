import { maySometimesLower } from '#rules/check-authority.ts';
import type { AcceptanceRule, Approval, LabelRule, Recipe, Zone } from '#rules/recipe.ts';

/** One thing wrong with a recipe. */
export interface RecipeFault {
  /** Keys that lead to the value at fault. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the limits of one label say against each other. */
export function labelFaults(rule: LabelRule): readonly RecipeFault[] {
  const { ignoreBelow, failFrom, authority, lowerBand } = rule;
  const [from, to] = rule.reviewBand;
  const lowers = maySometimesLower(rule);
  return [
    ...when(ignoreBelow > failFrom, ['ignoreBelow'], `${ignoreBelow} is above failFrom ${failFrom}`),
    ...when(from > ignoreBelow, ['reviewBand'], `begins at ${from}, above ignoreBelow ${ignoreBelow}: ${unasked}`),
    ...when(to < failFrom, ['reviewBand'], `ends at ${to}, below failFrom ${failFrom}: ${unasked}`),
    ...when(
      to > failFrom && !lowers,
      ['reviewBand'],
      `ends at ${to}, above failFrom ${failFrom}, with nothing to lower`,
    ),
    ...when(lowers && lowerBand === null, ['lowerBand'], 'is missing: the authority to lower needs a band of scores'),
    ...when(!lowers && lowerBand !== null, ['lowerBand'], `has no meaning with the authority to ${authority}`),
    ...(lowerBand === null ? [] : lowerBandFaults(lowerBand, [from, to])),
  ];
}

const unasked = 'doubtful scores would not be asked';

function lowerBandFaults([from, to]: Pair, [least, most]: Pair): readonly RecipeFault[] {
  return [
    ...when(from === to, ['lowerBand'], `is empty: [${from}, ${to})`),
    ...when(from < least || to > most, ['lowerBand'], `[${from}, ${to}) is not inside reviewBand [${least}, ${most})`),
  ];
}

/** What one acceptance rule says against itself. */
export function acceptanceFaults(rule: AcceptanceRule): readonly RecipeFault[] {
  const nothing = rule.labels.length + rule.severities.length === 0;
  return [
    ...when(nothing, ['labels'], 'and severities are both empty: the rule speaks of nothing'),
    ...when(rule.severities.includes('critical'), ['severities'], 'a critical defect is never accepted'),
    ...when(
      rule.lengthUpToMm === null && rule.areaUpToMm2 === null,
      ['lengthUpToMm'],
      'and areaUpToMm2 are both null: any size would be accepted',
    ),
    ...when(
      rule.zones === null && rule.countPer === 'zone',
      ['countPer'],
      'counts over zones, and the rule names none',
    ),
  ];
}

/** An approval that never holds. */
export function approvalFaults({ approvedAt, expiresAt }: Approval): readonly RecipeFault[] {
  const never = Date.parse(expiresAt) <= Date.parse(approvedAt);
  return when(never, ['expiresAt'], `is not after approvedAt ${approvedAt}`);
}

/** An outline without extent. */
export function zoneFaults({ outline }: Zone): readonly RecipeFault[] {
  const twiceArea = outline.reduce((sum, [x1, y1], index) => {
    const [x2, y2] = outline[(index + 1) % outline.length] ?? [x1, y1];
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return when(twiceArea === 0, ['outline'], 'has no extent');
}

/** Times that do not follow each other. */
export function deadlineFaults({ viewsMs, reviewMs, taktMs }: Recipe['deadlines']): readonly RecipeFault[] {
  return [
    ...when(viewsMs > reviewMs, ['viewsMs'], `${viewsMs} is after reviewMs ${reviewMs}`),
    ...when(reviewMs >= taktMs, ['reviewMs'], `${reviewMs} is not before taktMs ${taktMs}`),
  ];
}

/** What the parts of a recipe say against each other. Parts with faults of their own may be left out. */
export function crossFaults(recipe: Partial<Recipe>): readonly RecipeFault[] {
  const { views, labels, acceptance, review } = recipe;
  return [
    ...(views ? viewsFaults(views) : []),
    ...(labels
      ? repeated(
          labels.map(({ label }) => label),
          (index) => ['labels', index, 'label'],
        )
      : []),
    ...(labels && review ? wordFaults(labels, review) : []),
    ...(labels ? lowerFaults(labels, recipe) : []),
    ...(labels && acceptance ? acceptedFaults(labels, acceptance) : []),
    ...(views && acceptance ? placeFaults(views, acceptance) : []),
  ];
}

/** Approvals in a recipe that do not hold at an instant. */
export function expiredFaults({ views }: Pick<Recipe, 'views'>, at: Date): readonly RecipeFault[] {
  return views.flatMap((view, index) => {
    const samples = view.goldenSamples.map((approval, number) => ({ approval, path: ['goldenSamples', number] }));
    const calibration = view.calibration === null ? [] : [{ approval: view.calibration, path: ['calibration'] }];
    return [...samples, ...calibration].flatMap(({ approval, path }) =>
      when(
        Date.parse(approval.expiresAt) <= at.getTime(),
        ['views', index, ...path, 'expiresAt'],
        `has expired (${approval.expiresAt})`,
      ),
    );
  });
}

type Pair = readonly [number, number];
type Path = readonly PropertyKey[];

function viewsFaults(views: Recipe['views']): readonly RecipeFault[] {
  const zones = views.flatMap((view, index) => [
    ...repeated(
      view.zones.map(({ zoneId }) => zoneId),
      (number) => ['views', index, 'zones', number, 'zoneId'],
    ),
    ...when(
      view.golden === 'none' && view.goldenSamples.length > 0,
      ['views', index, 'goldenSamples'],
      'golden is none',
    ),
  ]);
  return [
    ...repeated(
      views.map(({ viewId }) => viewId),
      (index) => ['views', index, 'viewId'],
    ),
    ...zones,
  ];
}

function wordFaults(labels: Recipe['labels'], review: Recipe['review']): readonly RecipeFault[] {
  const known = new Set(labels.map(({ label }) => label));
  const unknown = review.confusable.flatMap((pair, index) =>
    pair.flatMap((label, side) =>
      when(!known.has(label), ['review', 'confusable', index, side], `${label} is no label of this recipe`),
    ),
  );
  const both = review.benignCauses.flatMap((cause, index) =>
    when(known.has(cause), ['review', 'benignCauses', index], `${cause} is a defect label too`),
  );
  return [...unknown, ...both, ...repeated(review.benignCauses, (index) => ['review', 'benignCauses', index])];
}

function lowerFaults(labels: Recipe['labels'], { independentKinds, review }: Partial<Recipe>): readonly RecipeFault[] {
  return labels.flatMap((rule, index) => {
    const path = ['labels', index, 'authority'];
    const lowers = maySometimesLower(rule);
    return [
      ...when(
        lowers && independentKinds?.length === 0,
        path,
        'needs independent evidence, and independentKinds is empty',
      ),
      ...when(
        lowers && review?.benignCauses.length === 0,
        path,
        'needs a benign cause, and review.benignCauses is empty',
      ),
    ];
  });
}

function acceptedFaults(labels: Recipe['labels'], rules: Recipe['acceptance']): readonly RecipeFault[] {
  const named = rules.flatMap((rule, index) =>
    rule.labels.flatMap((name, number) => {
      const label = labels.find((one) => one.label === name);
      const path = ['acceptance', index, 'labels', number];
      if (!label) return [{ path, message: `${name} is no label of this recipe` }];
      return when(label.severity === 'critical', path, `${name} is critical: it is never accepted`);
    }),
  );
  return [
    ...named,
    ...repeated(
      rules.map(({ ruleId }) => ruleId),
      (index) => ['acceptance', index, 'ruleId'],
    ),
  ];
}

function placeFaults(views: Recipe['views'], rules: Recipe['acceptance']): readonly RecipeFault[] {
  const zones = new Set(
    views.flatMap((view) => view.zones.filter(({ use }) => use === 'acceptance').map(({ zoneId }) => zoneId)),
  );
  const unknown = rules.flatMap((rule, index) =>
    (rule.zones ?? []).flatMap((zone, number) =>
      when(!zones.has(zone), ['acceptance', index, 'zones', number], `${zone} is no zone for acceptance of any view`),
    ),
  );
  const calibrated = views.some(({ calibration }) => calibration !== null);
  return [
    ...unknown,
    ...when(rules.length > 0 && !calibrated, ['acceptance'], 'needs sizes, and no view is calibrated'),
  ];
}

function repeated(names: readonly string[], pathOf: (index: number) => Path): readonly RecipeFault[] {
  return names.flatMap((name, index) => when(names.indexOf(name) < index, pathOf(index), `${name} stands here twice`));
}

function when(faulty: boolean, path: Path, message: string): readonly RecipeFault[] {
  return faulty ? [{ path, message }] : [];
}
