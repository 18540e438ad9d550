import { loadRecipes } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';
import type { Database } from '#store/database.ts';
import {
  balanceOf,
  chatLesson,
  cocoLessons,
  leftOutRows,
  type BalanceRow,
  type LeftOutRow,
} from '#store/examples/balance.ts';
import { chooseExample } from '#store/examples/choose-example.ts';
import type { Example, ExampleRecipe, LeftOut } from '#store/examples/example.ts';
import { splitExamples, type Place } from '#store/examples/split-examples.ts';
import { evidenceStates } from '#store/queries/evidence-states.ts';
import { hardExamples, type ExampleFilter } from '#store/queries/hard-examples.ts';

/** What somebody wants exported. */
export interface ExampleWish {
  readonly filter: ExampleFilter;
  /** Share of the parts that is held out, 0..1. */
  readonly validation: number;
  /** Folder of recipes: their labels and benign causes are those of the files. */
  readonly recipeDir: string;
}

/** What would be exported. */
export interface ExamplePlan {
  readonly examples: readonly { readonly example: Example; readonly place: Place }[];
  /** Inspections that were looked at. */
  readonly inspections: number;
  readonly leftOut: readonly LeftOut[];
}

/** More are not exported at once, so that any export fits into memory; images are not counted, they pass through. */
export const inspectionsAtMost = 10_000;

/** Chooses and splits. null where more than `inspectionsAtMost` inspections fit. @throws FaultError RECIPE_INVALID */
export async function planExamples(database: Database, wish: ExampleWish): Promise<ExamplePlan | null> {
  // An approval that has run out stops inspecting, not learning.
  const recipes = await loadRecipes(wish.recipeDir, new Date(0));
  const known = new Map([...recipes].map(([id, loaded]) => [id, toExampleRecipe(loaded)]));
  const examples: Example[] = [];
  const leftOut: LeftOut[] = [];
  let inspections = 0;
  for await (const hard of hardExamples(database, wish.filter)) {
    inspections += 1;
    if (inspections > inspectionsAtMost) return null;
    const chosen = chooseExample(hard, known.get(hard.message.digests.recipe?.name ?? '') ?? null);
    leftOut.push(...chosen.leftOut);
    if (chosen.example) examples.push(chosen.example);
  }
  const parts = examples.map(({ serial, views }) => ({ serial, digests: views.flatMap(digestsOf) }));
  const places = splitExamples(parts, wish.validation);
  const placed = examples.flatMap((example, index) => {
    const place = places[index];
    return place ? [{ example, place }] : [];
  });
  return { examples: placed, inspections, leftOut };
}

function toExampleRecipe({ recipe, sha256 }: LoadedRecipe): ExampleRecipe {
  const { id, labels, review, explanationLanguage: language } = recipe;
  const rules = labels.map(({ label, severity }) => ({ label, severity }));
  return { id, sha256, labels: rules, benignCauses: review.benignCauses, ask: review.ask, language };
}

/** Images that must not stand on both sides. A golden sample may: it shows no part. */
function digestsOf({ frameSha256, questions }: Example['views'][number]): readonly string[] {
  return [frameSha256, ...questions.flatMap(({ record }) => (record ? [record.cropSha256] : []))];
}

/** What would be exported as far as it is known before any image is fetched. */
export interface ExamplePreview {
  readonly inspections: number;
  readonly examples: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly balance: readonly BalanceRow[];
  readonly leftOut: readonly LeftOutRow[];
  /**
   * Frames by where they are: `held` by the store, `wanted` (not fetched yet), `gone`, or `edge`: never wanted by the store,
   * since the part passed, and there as long as the edge node's ring holds them.
   */
  readonly frames: Readonly<Record<'held' | 'wanted' | 'gone' | 'edge', number>>;
}

/** Counts a plan. */
export async function previewOf(database: Database, plan: ExamplePlan): Promise<ExamplePreview> {
  const views = plan.examples.flatMap(({ example, place }) => example.views.map((view) => ({ example, place, view })));
  const lessons = views.flatMap(({ example, place: { side }, view }) =>
    [...cocoLessons(example, view), ...view.questions.map(chatLesson)].map((lesson) => ({ ...lesson, side })),
  );
  const states = await evidenceStates(database, [...new Set(views.map(({ view }) => view.frameSha256))]);
  const frames = { held: 0, wanted: 0, gone: 0, edge: 0 };
  for (const { view } of views) frames[states.get(view.frameSha256) ?? 'edge'] += 1;
  const { inspections, examples, leftOut } = plan;
  const counted = { balance: balanceOf(lessons), leftOut: leftOutRows(leftOut) };
  return { inspections, examples: examples.length, kinds: kindsOf(plan), ...counted, frames };
}

/** How many examples are of each kind; one may be of several. */
export function kindsOf({ examples }: ExamplePlan): Readonly<Record<string, number>> {
  const kinds = examples.flatMap(({ example }) => example.kinds);
  return Object.fromEntries([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]));
}
