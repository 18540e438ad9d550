import { setImmediate as nextTurn } from 'node:timers/promises';
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
  /** Verdicts that would be others. */
  readonly changed: readonly VerdictChange[];
  /** Inspections whose recipe is not among the given ones. */
  readonly withoutRecipe: number;
  /** Some of those changed, the oldest first. */
  readonly examples: readonly ChangedVerdict[];
  /** True where there were more inspections than were looked at. */
  readonly cut: boolean;
}

/** How many verdicts would change in one way. */
export interface VerdictChange {
  readonly before: VerdictKind;
  readonly after: VerdictKind;
  readonly count: number;
}

/** An inspection that would have another verdict. */
export interface ChangedVerdict extends Omit<VerdictChange, 'count'> {
  readonly inspectionId: string;
  readonly serial: string;
  readonly decidedAt: string;
}

/** How much is looked at and told. */
export interface ReplayBounds {
  readonly examplesAtMost: number;
  readonly inspectionsAtMost: number;
  /** Whoever asked may have gone. */
  readonly stop?: AbortSignal;
}

/** So many are decided without a break: other requests wait no longer than that takes. */
const atATime = 20;

/**
 * Decides stored inspections again by these recipes: what a changed recipe would have done to the parts of last week.
 * Nothing is written. Reviews are taken as they were; what was never asked cannot be answered now.
 */
export async function replay(
  database: Database,
  filter: RecordFilter,
  recipes: ReadonlyMap<string, LoadedRecipe>,
  { examplesAtMost, inspectionsAtMost, stop }: ReplayBounds,
): Promise<Replay> {
  const changed = new Map<string, VerdictChange>();
  const examples: ChangedVerdict[] = [];
  let [inspections, same, withoutRecipe, cut] = [0, 0, 0, false];
  for await (const { inspectionId, decidedAt, message } of recordedInspections(database, filter)) {
    if (inspections === inspectionsAtMost) {
      cut = true;
      break;
    }
    inspections += 1;
    if (inspections % atATime === 0) await nextTurn(undefined, { signal: stop });
    const recipe = recipes.get(message.digests.recipe?.name ?? '')?.recipe;
    if (recipe === undefined) {
      withoutRecipe += 1;
      continue;
    }
    const before = message.verdict;
    const after: VerdictKind = decide(recordedEvidence(message), recipe).verdict;
    if (after === before) {
      same += 1;
      continue;
    }
    const way = `${before} -> ${after}`;
    changed.set(way, { before, after, count: (changed.get(way)?.count ?? 0) + 1 });
    if (examples.length < examplesAtMost)
      examples.push({ inspectionId, serial: message.serial, decidedAt, before, after });
  }
  return { inspections, same, changed: [...changed.values()], withoutRecipe, examples, cut };
}
