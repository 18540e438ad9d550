import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { noBrowser, openBrowser } from '../browser.ts';
import { scratchFolder } from '../edge-disk.ts';
import { spawnLine } from '../spawn-line.ts';
import { fillPages, releaseStations, signInAsAdmin, untilParts } from './fill-pages.ts';
import { savePicture } from './save-picture.ts';

const help = `npm run pictures [-- --parts N] [--to DIR]

Runs the demo line, lets a first admin sign in, review parts and add people, and keeps a picture of every page of the
dashboard at the size of a panel (1280 x 800) and of a desk (1920 x 1080). Two more are in Chinese and dark: the machine
needs a font with Chinese characters. docs/pages.md shows them.

  --parts N   parts that the line has inspected before (default 40)
  --to DIR    folder of the pictures (default docs/images)
`;

const sizes = {
  panel: { width: 1280, height: 800 },
  desk: { width: 1920, height: 1080 },
} as const;
const english = { locale: 'en-GB', colorScheme: 'light', timezoneId: 'UTC' } as const satisfies BrowserContextOptions;
const chineseDark = { locale: 'zh-CN', colorScheme: 'dark' } as const;
const alsoInChinese = ['line', 'review'];

const headingMs = 20_000;
const settleMs = 3000;
const pictureMs = 300;

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      parts: { type: 'string', default: '40' },
      to: { type: 'string', default: 'docs/images' },
    },
  });
  if (values.help || noBrowser !== null) {
    process.stderr.write(values.help ? help : `${noBrowser}\n`);
    return values.help ? 0 : 2;
  }
  await using stack = new AsyncDisposableStack();
  const line = spawnLine(stack.use(scratchFolder()).path, []);
  stack.defer(async () => {
    line.process.kill('SIGINT');
    await line.ended;
  });
  const [, address = ''] = await line.untilSaid(/open (http\S+)/);
  const [, link = ''] = await line.untilSaid(/open this once: (http\S+)/);
  await untilParts(address, Number(values.parts));
  const browser = stack.adopt(await openBrowser(), (open) => open.close());
  const admin = await browser.newContext({ ...english, viewport: sizes.panel });
  const page = await admin.newPage();
  page.setDefaultTimeout(60_000);
  await signInAsAdmin(page, link);
  await fillPages(page, address);
  await releaseStations(page, address);
  const dir = resolve(values.to);
  await mkdir(dir, { recursive: true });
  const kept = [];
  for (const { name, url } of await pagesOf(page, address)) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      kept.push(await keep(page, url, join(dir, `${name}-${size}.png`)));
    }
  }
  const other = await browser.newContext({
    ...english,
    ...chineseDark,
    viewport: sizes.panel,
    storageState: await admin.storageState(),
  });
  for (const name of alsoInChinese) {
    const url = name === 'line' ? address : `${address}${name}`;
    kept.push(await keep(await other.newPage(), url, join(dir, `${name}-panel-zh-dark.png`)));
  }
  const shown = await readFile('docs/pages.md', 'utf8').catch(() => '');
  for (const path of kept.filter((file) => !shown.includes(file.split('/').at(-1) ?? ''))) {
    process.stderr.write(`docs/pages.md does not show ${path}\n`);
  }
  return 0;
}

interface ShownPage {
  readonly name: string;
  readonly url: string;
}

/** The pages that the header leads an admin to, and that of a part that failed. */
async function pagesOf(page: Page, address: string): Promise<readonly ShownPage[]> {
  await page.goto(address);
  const links = page.locator('header nav a');
  await links.filter({ hasText: 'People' }).waitFor();
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  const failed = page.locator('.strip a[aria-label^="Fail"], .strip a[aria-label^="FAIL"]').first();
  await failed.waitFor();
  const part = (await failed.getAttribute('href')) ?? '';
  return [...paths, part].map((path) => ({
    name: path === '/' ? 'line' : path === part ? 'part' : path.slice(1),
    url: new URL(path, address).href,
  }));
}

/** Opens a page, waits until it stands with its pictures, and keeps what is seen. */
async function keep(page: Page, url: string, path: string): Promise<string> {
  await page.goto(url);
  // A page that waits for something shows what it has: one slow page must not cost the pictures of the others.
  await page
    .locator('main h1, main h2')
    .first()
    .waitFor({ state: 'attached', timeout: headingMs })
    .catch(() => undefined);
  await page.waitForLoadState('load');
  // Charts and the health of all components follow.
  await page.waitForTimeout(settleMs);
  if (new URL(url).pathname === '/') {
    await page.locator('.verdict-fail').first().waitFor();
    await page.waitForTimeout(pictureMs);
  }
  const bytes = await savePicture(await page.screenshot(), page.viewportSize()?.width ?? 0, path);
  process.stderr.write(`${path}: ${Math.round(bytes / 1000)} kB\n`);
  return path;
}
