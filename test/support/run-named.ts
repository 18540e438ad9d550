import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Runs one of a folder's commands: each file beside `main.ts` exports `run(args)`. Without a name it lists them.
 * All print their results as lines of JSON; `--json` asks for what they do anyway.
 * @returns the exit code
 */
export async function runNamed(folder: string, command: string): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const file = join(folder, `${name}.ts`);
  if (/^[a-z][a-z0-9-]*$/.test(name) && name !== 'main' && existsSync(file)) {
    const { run } = (await import(pathToFileURL(file).href)) as { run: (args: readonly string[]) => Promise<number> };
    return run(args.filter((one) => one !== '--json'));
  }
  const names = (await readdir(folder))
    .filter((entry) => entry.endsWith('.ts') && entry !== 'main.ts')
    .map((entry) => entry.slice(0, -'.ts'.length));
  process.stderr.write(`npm run ${command} -- NAME [--help] [--json]\nThere are: ${names.join(', ')}\n`);
  return name === '' || name === '--help' ? 0 : 2;
}
