import type { UAObject } from 'node-opcua';
import { answer, bindMethods, good, numberOf, pageOf, type Method } from '#edge/machine-vision/bind-methods.ts';
import { names, type VisionId } from '#edge/machine-vision/vision-ids.ts';
import {
  boolean,
  int32,
  readId,
  structure,
  structures as list,
  uint32,
  type Structures,
} from '#edge/machine-vision/vision-structures.ts';
import { visionErrors, type VisionAnswer, type VisionSystem } from '#edge/machine-vision/vision-system.ts';

export interface RecipeTools {
  readonly system: VisionSystem;
  readonly structures: Structures;
}

/** Binds what a recipe management must have: OPC 40100-1, section 7.5. */
export function bindRecipes(management: UAObject, tools: RecipeTools): void {
  const { system, structures } = tools;
  const known = (id: VisionId): VisionId => system.loaded().recipes.find((recipe) => recipe.id === id.id) ?? id;
  bindMethods(management, {
    GetRecipeListFiltered: listRecipes(tools),
    PrepareRecipe: ([external, internal]) =>
      answer(system.prepare([readId(external), readId(internal)]), (id, error) => [
        structure(structures.recipe('Internal', known(id))),
        boolean(error === visionErrors.none),
        int32(error),
      ]),
    UnprepareRecipe: ([external, internal]) => {
      const said: VisionAnswer<VisionId> = system.unprepare([readId(external), readId(internal)]);
      return answer(said, (id, error) => [structure(structures.recipe('Internal', known(id))), int32(error)]);
    },
  });
}

/** Values of TriStateBooleanDataType. */
const dontCare = 2;

function listRecipes({ system, structures }: RecipeTools): Method {
  return ([external, product, isPrepared, maxResults, startIndex]) => {
    const asked = readId(external);
    const wanted = numberOf(isPrepared);
    const found = system.loaded().recipes.filter((recipe) => {
      // No products are linked to recipes, so asking for those of one finds none.
      if (readId(product).id !== '' || !names(asked, recipe)) return false;
      return wanted === dontCare || system.isPrepared(recipe.id) === (wanted === 1);
    });
    const { page, isComplete } = pageOf(found, numberOf(maxResults), numberOf(startIndex));
    return good(
      boolean(isComplete),
      uint32(page.length),
      uint32(0),
      list(page.map((recipe) => structures.recipe('Internal', recipe))),
      int32(visionErrors.none),
    );
  };
}
