import type { Detect } from '#edge/detect/detect.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Name, version and digest of something that took part in a verdict. */
export interface Artefact {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** A recipe with the model it names, loaded and warm. */
export interface StationRecipe extends LoadedRecipe {
  readonly detect: Detect;
  readonly needsGolden: boolean;
  readonly model: Artefact;
}

/** By recipe id. */
export type StationRecipes = ReadonlyMap<string, StationRecipe>;
