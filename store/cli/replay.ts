import { decide } from '#rules/decide.ts';
import { recordedEvidence } from '#rules/recorded-evidence.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';
import type { VerdictKind } from '#rules/verdict.ts';
import type { Database } from '#store/database.ts';
import { recordedInspections, type RecordFilter } from '#store/queries/recorded-inspections.ts';

/** What deciding again gave. */
export interface Replay {
  readonly inspections: number;
  /** Decided again, with the same verdict. */
  readonly same: number;
  /** Verdicts that would be others, by `before -> after`. */
  readonly changed: Readonly<Record<string, number>>;
  /** Inspections whose recipe is not among the given ones. */
  readonly withoutRecipe: number;
  /** Of those changed: serial, verdict then and now. */
  readonly examples: readonly string[];
}

const examplesAtMost = 20;

/**
 * Decides stored inspections again by these recipes: what a changed recipe would have done to the parts of last week.
 * Nothing is written. Reviews are taken as they were; what was never asked cannot be answered now.
 */
export async function replay(
  database: Database,
  filter: RecordFilter,
  recipes: ReadonlyMap<string, LoadedRecipe>,
): Promise<Replay> {
  const changed = new Map<string, number>();
  const examples: string[] = [];
  let [inspections, same, withoutRecipe] = [0, 0, 0];
  for await (const { message } of recordedInspections(database, filter)) {
    inspections += 1;
    const recipe = recipes.get(message.digests.recipe?.name ?? '')?.recipe;
    if (recipe === undefined) {
      withoutRecipe += 1;
      continue;
    }
    const now: VerdictKind = decide(recordedEvidence(message), recipe).verdict;
    if (now === message.verdict) {
      same += 1;
      continue;
    }
    const way = `${message.verdict} -> ${now}`;
    changed.set(way, (changed.get(way) ?? 0) + 1);
    if (examples.length < examplesAtMost) examples.push(`${message.serial} ${message.inspectionId} ${way}`);
  }
  return { inspections, same, changed: Object.fromEntries(changed), withoutRecipe, examples };
}
