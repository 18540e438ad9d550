import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// npm run campaign -- NAME [ARGS]: each campaign is a file of this folder that exports `run(args)`.
const [name = '', ...args] = process.argv.slice(2);
const file = join(import.meta.dirname, `${name}.ts`);
if (!/^[a-z][a-z0-9-]*$/.test(name) || name === 'main' || !existsSync(file)) {
  const names = (await readdir(import.meta.dirname))
    .filter((entry) => entry.endsWith('.ts') && entry !== 'main.ts')
    .map((entry) => entry.slice(0, -'.ts'.length));
  process.stderr.write(`npm run campaign -- NAME [--help]\nThere are: ${names.join(', ')}\n`);
  process.exitCode = name === '' || name === '--help' ? 0 : 2;
} else {
  const { run } = (await import(pathToFileURL(file).href)) as { run: (args: readonly string[]) => Promise<number> };
  process.exitCode = await run(args);
}
