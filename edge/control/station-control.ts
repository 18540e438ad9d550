import type { Health } from '#edge/health.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';

/** What the line may know of the edge node at this moment. */
export interface LineLevels {
  /** A part triggered now is taken up at once. */
  readonly ready: boolean;
  /** A part was triggered and its result is not yet acknowledged. */
  readonly busy: boolean;
  /** Why nothing can be inspected; '' while it can. */
  readonly error: string;
  /** Why the station is locked; '' while it is not. */
  readonly lockCode: string;
  /** From the trigger on; a part without OK by then is NG. */
  readonly deadlineMs: number;
  /** '' where none was asked for: each trigger names its own. */
  readonly recipeId: string;
}

/** Keeps the recipe in force over a restart. */
export interface RecipeMemory {
  recipeInForce(): string | null;
  rememberRecipe(recipeId: string): void;
}

/** How an edge node stands to its line, besides the parts themselves. */
export interface StationControl {
  levels(): LineLevels;
  /** Puts a recipe in force. Answers why not; '' when it is. */
  changeRecipe(recipeId: string): string;
  /** null: whichever a trigger names. */
  recipeInForce(): string | null;
  /** Parts are taken from the camera from now on, or no longer. */
  serve(serving: boolean): void;
  /** So many parts are worked on; `room` for one more. */
  progress(inFlight: number, room: boolean): void;
  /** Something else changed that the levels tell of. */
  lookAgain(): void;
  /** Calls `listener` whenever the levels may have changed. */
  onChange(listener: () => void): void;
}

export interface ControlTools {
  readonly recipes: StationRecipes;
  readonly health: Pick<Health, 'read'>;
  readonly memory: RecipeMemory;
  /** Code of the lock; '' without one. */
  readonly lock: () => string;
}

export function createStationControl({ recipes, health, memory, lock }: ControlTools): StationControl {
  let serving = false;
  let load = { inFlight: 0, room: true };
  let changed = (): void => undefined;
  const errorText = (recipeId: string | null): string => {
    const { components } = health.read();
    // The lock has levels of its own.
    const faulty = Object.entries(components).find(([name, { stops }]) => stops && name !== 'lock');
    if (faulty) return `${faulty[0]}: ${faulty[1].detail}`;
    // Its file went away with a reload or a restart: there is no deadline to hold, and each part would be a no call.
    return recipeId === null || recipes.has(recipeId) ? '' : `recipe in force ${recipeId} is not loaded`;
  };
  const deadlineMs = (recipeId: string | null): number => {
    const inForce = [...recipes.values()].filter(({ recipe }) => recipeId === null || recipe.id === recipeId);
    return Math.max(0, ...inForce.map(({ recipe }) => recipe.deadlines.taktMs));
  };
  return {
    recipeInForce: () => memory.recipeInForce(),
    levels: () => {
      const recipeId = memory.recipeInForce();
      const error = errorText(recipeId);
      const lockCode = lock();
      const ready = serving && load.room && error === '' && lockCode === '';
      const busy = load.inFlight > 0;
      return { ready, busy, error, lockCode, deadlineMs: deadlineMs(recipeId), recipeId: recipeId ?? '' };
    },
    changeRecipe: (recipeId) => {
      if (load.inFlight > 0) return 'busy';
      if (!recipes.has(recipeId)) return `no recipe ${recipeId}`;
      if (memory.recipeInForce() !== recipeId) memory.rememberRecipe(recipeId);
      changed();
      return '';
    },
    serve: (on) => {
      serving = on;
      changed();
    },
    progress: (inFlight, room) => {
      load = { inFlight, room };
      changed();
    },
    lookAgain: () => changed(),
    onChange: (listener) => void (changed = listener),
  };
}
