import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFiles } from '#rules/cli/check-files.ts';
import { recipeJsonSchema } from '#rules/files/recipe-json-schema.ts';
import { recipePage } from '#rules/files/recipe-page.ts';

const help = `npm run rules -- COMMAND

  check FILE|FOLDER...   list every fault of recipe files, with line and column; of a folder also two files with one id
  document               write rules/recipe.schema.json and docs/recipes.md anew from the schema

Exits 0 where all is well, 1 where a recipe has faults, 2 for a command that cannot be understood.
`;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(help);
    return values.help === true ? 0 : 2;
  }
  if (command === 'check' && rest.length > 0) return checkFiles(rest, new Date());
  if (command === 'document' && rest.length === 0) return document();
  const wrong =
    command === 'check' ? 'check needs the files or folders to check' : `"${positionals.join(' ')}" is no command`;
  process.stderr.write(`COMMAND_INVALID: ${wrong}. See npm run rules -- --help.\n`);
  return 2;
}

async function document(): Promise<number> {
  const root = join(import.meta.dirname, '..', '..');
  const schema = recipeJsonSchema();
  await writeFile(join(root, 'rules', 'recipe.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  await writeFile(join(root, 'docs', 'recipes.md'), recipePage(schema));
  process.stdout.write('rules/recipe.schema.json and docs/recipes.md are written; npm run fix lays the schema out.\n');
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`COMMAND_INVALID: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
