import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const page = 'hmi/web';

/** Builds the web page when it was never built or its sources are newer. Takes a few seconds. */
export async function buildPage(): Promise<void> {
  const built = join(page, 'dist', 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs >= newest(page)) return;
  // Loaded here alone: a line whose page is built (an image made for production) runs without Vite.
  const { build } = await import('vite');
  await build({ root: page, logLevel: 'error' });
}

function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist')
    .map((entry) => join(folder, entry.name))
    .map((path) => (statSync(path).isDirectory() ? newest(path) : statSync(path).mtimeMs))
    .reduce((latest, at) => Math.max(latest, at), 0);
}
