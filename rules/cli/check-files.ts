import { stat } from 'node:fs/promises';
import { describeFault, FaultError } from '#host/fault.ts';
import { loadRecipe, loadRecipes } from '#rules/files/load-recipe.ts';
import type { LoadedRecipe } from '#rules/recipe.ts';

/** Checks recipe files, or all files of a folder together; writes one line a recipe or fault. @returns exit code. */
export async function checkFiles(paths: readonly string[], at: Date): Promise<number> {
  let faulty = 0;
  for (const path of paths) {
    try {
      for (const loaded of await loadedFrom(path, at)) process.stdout.write(lineOf(path, loaded));
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      faulty += 1;
      // One fault a line: a person goes through them in an editor.
      const [first = '', ...others] = error.message.split('; ');
      const lines = error.cause === undefined ? [first, ...others] : [describeFault(error)];
      process.stderr.write(`${lines.join('\n')}\n`);
    }
  }
  return faulty > 0 ? 1 : 0;
}

async function loadedFrom(path: string, at: Date): Promise<readonly LoadedRecipe[]> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return [...(await loadRecipes(path, at)).values()];
  return [await loadRecipe(path, at)];
}

function lineOf(path: string, { recipe, sha256 }: LoadedRecipe): string {
  return `${path}: ${recipe.id} ${recipe.version} holds, sha256 ${sha256}\n`;
}
