import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { brokenRules, looks, tooSmallToTouch } from '../support/page-checks.ts';
import { drawGrey, encodePng } from '../support/drawn-image.ts';
import { testMessage } from '../support/inspection-message.ts';
import { draftText, limitsCrossed, lineOf } from '../support/recipe-text.ts';

describe.skipIf(noBrowser !== null)(`the page of recipes in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let address: string;
  let page: Page;
  const faults: string[] = [];

  const openPage = async (look: { locale?: string; colorScheme?: 'light' | 'dark' } = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => faults.push(error.message));
    opened.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    return opened;
  };

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    dashboard.edge.recipes.push({ recipeId: 'pcb', version: '1.0.0', source: 'folder', text: draftText('1.0.0') });
    const parts = [1, 2, 3].map((number) => testMessage(number, { decidedAt: new Date().toISOString() }));
    const picture = await encodePng(drawGrey(64, 64, () => 128));
    const frames = parts.flatMap(({ views }) => views.flatMap((view) => [view.frameSha256, view.goldenSha256]));
    for (const sha256 of frames) if (sha256 !== null) dashboard.edge.images.set(sha256, picture);
    await dashboard.store(...parts);
    address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    page = await openPage();
    await page.goto(`${address}/link#${await dashboard.linkFor('engineer')}`);
    await page.getByText('engineer of the tests').waitFor();
    await page.goto(`${address}/engineering`);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
  });

  it('is for engineers: to others it says what it takes, and no link leads there', async () => {
    const other = await openPage();
    await other.goto(`${address}/link#${await dashboard.linkFor('quality')}`);
    await other.getByText('quality of the tests').waitFor();
    expect(await other.getByRole('link', { name: 'Engineering' }).count()).toBe(0);
    await other.goto(`${address}/engineering`);
    await other.getByRole('heading', { name: 'This needs the role engineer.' }).waitFor();
    await other.context().close();
  });

  it('leads by keys alone from a fault to its place in the draft', async () => {
    await page.getByRole('button', { name: 'Draft from pcb at pcb', exact: true }).press('Enter');
    const area = page.getByLabel('The recipe, as YAML');
    await expect.poll(() => area.inputValue()).toContain('version: 1.0.0');
    await area.fill(draftText('1.1.0', limitsCrossed));
    const place = page.getByRole('button', { name: `Line ${lineOf('ignoreBelow')}, column 5` });
    await place.press('Enter');
    const field = 'document.activeElement';
    const marked = await page.evaluate(`${field}.value.slice(0, ${field}.selectionStart).split('\\n').length`);
    expect(marked).toBe(lineOf('ignoreBelow'));
    expect(await page.getByRole('button', { name: /^Propose for/ }).count()).toBe(0);
  });

  it('reads a draft from a file, shows what it changes, and which parts would be judged otherwise', async () => {
    const text = draftText('1.1.0', ['sharpnessFrom: 10', 'sharpnessFrom: 9']);
    const buffer = Buffer.from(text);
    await page.getByLabel('From a file').setInputFiles({ name: 'pcb.yaml', mimeType: 'text/yaml', buffer });
    await page.getByText(/pcb 1\.1\.0 holds/).waitFor();
    await page.getByRole('row', { name: /removed\s+sharpnessFrom: 10/ }).waitFor();
    await page.getByRole('button', { name: 'Try on parts of pcb' }).click();
    await page.getByText(/^3 parts: 1 with the same verdict/).waitFor();
    const link = page.getByRole('link', { name: 'S-000001' });
    expect(await link.getAttribute('href')).toBe(`/parts/${testMessage(1).inspectionId}`);
  });

  it('says what is approved and not yet running', async () => {
    await page.getByLabel('Reason').fill('softer frames');
    await page.getByRole('button', { name: 'Propose for pcb' }).click();
    await page.getByText('another engineer or an admin has to approve it').waitFor();
    // Whoever proposed is led to the list.
    const focused = page.locator('h2:focus');
    await expect.poll(() => focused.textContent()).toBe('Waiting for approval');
    const admin = await openPage();
    await admin.goto(`${address}/link#${await dashboard.linkFor('admin')}`);
    await admin.getByText('admin of the tests').waitFor();
    await admin.goto(`${address}/engineering`);
    await admin.getByLabel('Reason').fill('seen');
    await admin.getByRole('button', { name: 'Approve' }).click();
    const note = admin.getByText('pcb 1.1.0 is approved, not yet running at pcb.');
    await note.waitFor();
    expect(await note.isVisible()).toBe(true);
    await admin.context().close();
  });

  it('says why a text cannot be had', async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    const json = {
      error: { code: 'NOT_FOUND', message: 'this recipe is not there', wayOut: 'Look at the list again.' },
    };
    await other.route(/\/api\/v1\/recipes\/[0-9a-f]{64}$/, (route) => route.fulfill({ status: 404, json }));
    await other.goto(`${address}/link#${await dashboard.linkFor('engineer')}`);
    await other.getByText('engineer of the tests').waitFor();
    await other.goto(`${address}/engineering`);
    const region = other.getByRole('region', { name: 'Compare two recipes' });
    await region.getByRole('combobox').first().selectOption({ index: 1 });
    const alert = region.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('this recipe is not there');
    await context.close();
  });

  it('compares any two recipes', async () => {
    const region = page.getByRole('region', { name: 'Compare two recipes' });
    await region.getByLabel('Before').selectOption({ index: 1 });
    await expect.poll(() => region.getByLabel('After').locator('option').count()).toBe(3);
    await region.getByLabel('After').selectOption({ index: 2 });
    await region.getByText('sharpnessFrom: 9').waitFor();
  });

  it('has no target smaller than a glove can touch', async () => {
    expect(await tooSmallToTouch(page)).toEqual([]);
  });

  it.each(looks)('breaks no rule of WCAG 2.2 AA, $locale, $colorScheme', async (look) => {
    const looked = await openPage(look);
    await looked.goto(`${address}/link#${await dashboard.linkFor('engineer')}`);
    await looked.getByText('engineer of the tests').waitFor();
    await looked.goto(`${address}/engineering`);
    await looked.locator('textarea').fill(draftText('1.2.0', limitsCrossed));
    await looked.locator('.recipe-faults').waitFor();
    const compare = looked.locator('section[aria-labelledby="recipes-compare"] select');
    await compare.first().selectOption({ index: 1 });
    await compare.last().selectOption({ index: 2 });
    await looked.locator('.diff-added').first().waitFor();
    const found = await brokenRules(looked);
    await looked.screenshot({ path: `reports/recipes-${look.locale}-${look.colorScheme}.png`, fullPage: true });
    expect(found).toEqual([]);
    await looked.context().close();
  });

  it('raised no error in the browser', () => {
    expect(faults).toEqual([]);
  });
});
