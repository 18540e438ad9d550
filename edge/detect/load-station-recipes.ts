import { availableParallelism } from 'node:os';
import type { Log } from '#host/log.ts';
import {
  isSameApproval,
  loadApproved,
  noneApproved,
  readApproved,
  writeApproved,
  type ApprovedRecipes,
} from '#edge/detect/approved-recipes.ts';
import { needsGolden } from '#detector/model-manifest.ts';
import type { Detector } from '#detector/onnx/create-detector.ts';
import { openDetectorThreads, type DetectorThreads } from '#detector/threads/open-detector-threads.ts';
import type { StationRecipe, StationRecipes } from '#edge/inspect/station-recipes.ts';
import { FaultError } from '#host/fault.ts';
import { loadRecipes } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Frames looked at side by side: more views than this of one part wait for each other. */
const mostThreads = 2;

export interface RecipeFolders {
  readonly recipeDir: string;
  readonly modelDir: string;
  /** Where approved recipes are kept; null: those of the folder alone count. */
  readonly approvedFile: string | null;
}

/** What came of a change: nothing was read, all was taken, or why it was refused. */
export type RecipeChange = 'unchanged' | FaultError | null;

/** The recipes a station runs by. */
export interface RunningRecipes {
  /** What runs now; the same map after a reload, with what was read then. */
  readonly recipes: StationRecipes;
  /**
   * Reads the folder again and takes it whole or not at all: with any RECIPE_* or MODEL_* fault in it, which is given
   * back, the recipes that run stay. A part keeps the recipe it began with. A model that runs is not read again.
   */
  reload(): Promise<FaultError | null>;
  /**
   * Takes recipes that two people approved, each in the place of one by its id in the folder: likewise whole or not at
   * all, and kept on disk before they count. A refused set is tried again with every reload.
   */
  approve(set: ApprovedRecipes): Promise<RecipeChange>;
  /** What runs of what was approved. */
  approved(): ApprovedRecipes;
}

/**
 * Loads every recipe with its model; recipes that name one model share it. The network runs in threads of its own, so
 * that nothing on the main thread, the takt before all, waits for it. They end with the stack.
 * Any RECIPE_* or MODEL_* fault ends the start: a station must not run with less than it was given.
 */
export async function loadStationRecipes(
  folders: RecipeFolders,
  stack: AsyncDisposableStack,
  log: Log,
): Promise<RunningRecipes> {
  const onEnded = ({ code, place, message }: FaultError): void =>
    log.error(
      { code, place, why: message },
      'a detector thread ended; it is started again, and its parts are undecided',
    );
  const threads = stack.use(openDetectorThreads(Math.min(mostThreads, availableParallelism()), { onEnded }));
  const source = { folders, detectors: new Map<string, Detector>(), threads, log };
  const { approvedFile } = folders;
  let kept = approvedFile === null ? noneApproved : await readApproved(approvedFile);
  let wanted = kept;
  const running = await readRecipes(source, kept);
  const reload = async (): Promise<FaultError | null> => {
    try {
      const read = await readRecipes(source, wanted);
      if (approvedFile !== null && wanted !== kept) await writeApproved(approvedFile, wanted);
      kept = wanted;
      running.clear();
      for (const [id, recipe] of read) running.set(id, recipe);
      return null;
    } catch (error) {
      if (error instanceof FaultError) return error;
      throw error;
    }
  };
  const approve = async (set: ApprovedRecipes): Promise<RecipeChange> => {
    if (isSameApproval(set, kept)) {
      // One that was refused since has been taken back.
      const takenBack = wanted !== kept;
      wanted = kept;
      return takenBack ? reload() : 'unchanged';
    }
    if (set.approvalNo <= kept.approvalNo) return olderFault(set, kept, approvedFile);
    wanted = set;
    return reload();
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Outcome>(work: () => Promise<Outcome>): Promise<Outcome> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    recipes: running,
    reload: () => inTurn(reload),
    approve: (set) => inTurn(() => approve(set)),
    approved: () => kept,
  };
}

/** Somebody shows an old message again, or the plant has another database than the one that was approved in. */
function olderFault(set: ApprovedRecipes, kept: ApprovedRecipes, approvedFile: string | null): FaultError {
  const message = `approval ${set.approvalNo} is not newer than the one that runs (${kept.approvalNo})`;
  return new FaultError('RECIPE_INVALID', message, {
    place: 'approved recipes',
    wayOut: `If the database of the plant was put back, move ${String(approvedFile)} away and start the edge node again.`,
  });
}

interface RecipeSource {
  readonly folders: RecipeFolders;
  readonly detectors: Map<string, Detector>;
  readonly threads: DetectorThreads;
  readonly log: Log;
}

async function readRecipes(
  { folders: { recipeDir, modelDir }, detectors, threads, log }: RecipeSource,
  approved: ApprovedRecipes,
): Promise<Map<string, StationRecipe>> {
  const read = new Map<string, StationRecipe>();
  for (const [id, recipe] of new Map([...(await loadRecipes(recipeDir)), ...loadApproved(approved)])) {
    const name = recipe.recipe.model;
    const detector = detectors.get(name) ?? (await threads.create({ modelDir, name, threads: 1 }));
    detectors.set(name, detector);
    read.set(id, withDetector(recipe, detector));
    log.debug({ recipe: id, version: recipe.recipe.version, model: name }, 'recipe loaded');
  }
  return read;
}

function withDetector(loaded: LoadedRecipe, detector: Detector): StationRecipe {
  const { manifest } = detector;
  checkLabels(loaded, manifest.labels);
  return {
    ...loaded,
    detect: (image, golden, signal) => detector.detect(image, golden, signal),
    needsGolden: needsGolden(manifest),
    model: { name: manifest.name, version: manifest.version, sha256: manifest.sha256 },
  };
}

/** A label that the model can give and the recipe does not judge would make every such part undecided for ever. */
function checkLabels({ recipe }: LoadedRecipe, labels: readonly string[]): void {
  const unjudged = labels.filter((label) => !recipe.labels.some((rule) => rule.label === label));
  if (unjudged.length === 0) return;
  throw new FaultError('RECIPE_INVALID', `labels of model ${recipe.model} without a rule: ${unjudged.join(', ')}`, {
    place: `recipe ${recipe.id} ${recipe.version}`,
    wayOut: 'Give each of these labels a rule, or name another model.',
  });
}
