import { readRecipes } from '#rules/files/load-recipe.ts';

/** Checks recipe files, or all files of a folder together; writes one line a recipe or fault. @returns exit code. */
export async function checkFiles(paths: readonly string[], at: Date): Promise<number> {
  let faulty = false;
  for (const path of paths) {
    const { recipes, faults } = await readRecipes(path, at);
    for (const { recipe, sha256 } of recipes.values()) {
      process.stdout.write(`${path}: ${recipe.id} ${recipe.version} holds, sha256 ${sha256}\n`);
    }
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    faulty ||= faults.length > 0;
  }
  return faulty ? 1 : 0;
}
