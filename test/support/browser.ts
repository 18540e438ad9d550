import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const folders = (process.env['PATH'] ?? '').split(delimiter);
const path = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);

/** Why tests in a browser cannot run here; null where they can. Printed as part of the test's name. */
export const noBrowser: string | null = path === undefined ? 'not run: no Chromium' : null;

/** A Chromium without a window, which talks to nobody but the page under test. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  if (path === undefined) throw new Error('no Chromium on the path');
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet, ...more],
  });
}
