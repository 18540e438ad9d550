import { availableParallelism } from 'node:os';
import type { Log } from '#host/log.ts';
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
}

/** The recipes a station runs by. */
export interface RunningRecipes {
  /** What runs now; the same map after a reload, with what was read then. */
  readonly recipes: StationRecipes;
  /**
   * Reads the folder again and takes it whole or not at all: with any RECIPE_* or MODEL_* fault in it, which is given
   * back, the recipes that run stay. A part keeps the recipe it began with. A model that runs is not read again.
   */
  reload(): Promise<FaultError | null>;
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
  const threads = stack.use(openDetectorThreads(Math.min(mostThreads, availableParallelism())));
  const detectors = new Map<string, Detector>();
  const running = await readRecipes(folders, detectors, { threads, log });
  const reload = async (): Promise<FaultError | null> => {
    try {
      const read = await readRecipes(folders, detectors, { threads, log });
      running.clear();
      for (const [id, recipe] of read) running.set(id, recipe);
      return null;
    } catch (error) {
      if (error instanceof FaultError) return error;
      throw error;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    recipes: running,
    reload: () => {
      const next = last.then(reload);
      last = next.catch(() => undefined);
      return next;
    },
  };
}

async function readRecipes(
  { recipeDir, modelDir }: RecipeFolders,
  detectors: Map<string, Detector>,
  { threads, log }: { readonly threads: DetectorThreads; readonly log: Log },
): Promise<Map<string, StationRecipe>> {
  const read = new Map<string, StationRecipe>();
  for (const [id, recipe] of await loadRecipes(recipeDir)) {
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
