import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { drawInspection, type DrawnInspection } from '../support/board-inspections.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { brokenRules } from '../support/page-checks.ts';

const station = { stationId: 'pcb', streamId: randomUUID(), epoch: randomUUID(), reviewer: true };
const firstLoadBytes = 200_000;

describe.skipIf(noBrowser !== null)(`looking closely in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let page: Page;
  let address: string;
  let part: DrawnInspection;
  const faults: string[] = [];

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    const failed = [];
    for (let sequence = 1; failed.length < 6; sequence += 1) {
      const drawn = await drawInspection(station, sequence);
      if (drawn.message.verdict !== 'fail') continue;
      failed.push(drawn);
      for (const [sha256, bytes] of drawn.images) dashboard.edge.images.set(sha256, bytes);
      await dashboard.store(drawn.message);
    }
    // The first with boxes of both stages: they lie over each other and must be told apart.
    const [first] = failed;
    const both = failed.find((drawn) => viewOf(drawn)?.reviews.some(({ kind }) => kind === 'answered'));
    if (both === undefined && first === undefined) throw new Error('no part failed');
    part = both ?? (first as DrawnInspection);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${address}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
  });

  const viewOf = ({ message }: DrawnInspection = part) => message.views.find(({ detections }) => detections.length > 0);
  const open = async (): Promise<void> => {
    const article = page.locator('.part-view', { hasText: `View ${viewOf()?.viewId}` });
    await article.getByRole('button', { name: 'Look closely' }).press('Enter');
  };

  it('loads the viewer only when somebody looks: the page before stays small', async () => {
    const loaded: { url: string; bytes: number }[] = [];
    const fresh = await browser.newPage();
    await using _closed = { [Symbol.asyncDispose]: () => fresh.close() };
    fresh.on('response', (answer) => {
      const noteSize = async (): Promise<void> => {
        const { responseBodySize } = await answer.request().sizes();
        if (answer.url().includes('/assets/')) loaded.push({ url: answer.url(), bytes: responseBodySize });
      };
      noteSize().catch(() => undefined);
    });
    await fresh.goto(`${address}/`);
    await fresh.goto(`${address}/parts/${part.message.inspectionId}`);
    await fresh.getByRole('button', { name: 'Look closely' }).first().waitFor();
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter(({ url }) => url.includes('deep-zoom'))).toEqual([]);
    expect(loaded.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(firstLoadBytes);
  });

  it('is printed whole: no answer of the reviewer is cut, whatever page was looked at before', async () => {
    const paper = await browser.newPage();
    await using _closed = { [Symbol.asyncDispose]: () => paper.close() };
    await paper.goto(`${address}/examples`);
    await paper.goto(`${address}/parts/${part.message.inspectionId}`);
    await paper.locator('.part-view').first().waitFor();
    await paper.emulateMedia({ media: 'print' });
    const heights = "Array.from(document.querySelectorAll('main pre'), (text) => getComputedStyle(text).maxHeight)";
    expect(new Set((await paper.evaluate(heights)) as string[])).toEqual(new Set(['none']));
  });

  it('opens by key over the whole page, with the boxes of both stages', async () => {
    await page.goto(`${address}/parts/${part.message.inspectionId}`);
    await open();
    await page.locator('.zoom-room canvas').first().waitFor();
    const { detections = [], reviews = [] } = viewOf() ?? {};
    const boxes = reviews.filter((review) => review.kind === 'answered' && review.finding.box !== null);
    expect(boxes.length).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.zoom-mark').count()).toBe(detections.length + boxes.length);
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("role")')).toBe('application');
  });

  it('is enlarged and moved by keys, and by a button to a place', async () => {
    const sideOf = async (): Promise<number> => (await page.locator('.zoom-mark').first().boundingBox())?.width ?? 0;
    const before = await sideOf();
    await page.keyboard.press('+');
    await expect.poll(sideOf).toBeGreaterThan(before * 1.05);
    await page.locator('.zoom-places button').first().press('Enter');
    await expect.poll(sideOf, { timeout: 10_000 }).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Whole frame' }).press('Enter');
    await expect.poll(sideOf).toBeLessThan(before * 1.05);
    await page.getByRole('button', { name: 'Boxes' }).press('Enter');
    expect(await page.locator('.zoom-mark').first().isVisible()).toBe(false);
  });

  it('breaks no rule of WCAG 2.2 AA', async () => {
    expect(await brokenRules(page)).toEqual([]);
  });

  it('closes by Escape, and the focus is where it was', async () => {
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.zoom').count()).toBe(0);
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Look closely');
  });

  it('says in plain words that the frame is not kept any more', async () => {
    const gone = viewOf();
    const bytes = dashboard.edge.images.get(gone?.frameSha256 ?? '');
    dashboard.edge.images.delete(gone?.frameSha256 ?? '');
    // As after a restart: pixels that are at hand would still be shown.
    const again = await dashboard.restart();
    const other = await again.listen({ host: '127.0.0.1', port: 0 });
    const late = await browser.newPage();
    await using _closed = { [Symbol.asyncDispose]: () => late.close() };
    await late.goto(`${other}/`);
    await late.goto(`${other}/parts/${part.message.inspectionId}`);
    const article = late.locator('.part-view', { hasText: `View ${gone?.viewId}` });
    await article.getByRole('button', { name: 'Look closely' }).click();
    await late.getByRole('alert').waitFor();
    expect(await late.getByRole('alert').innerText()).toContain('not kept any more');
    if (bytes) dashboard.edge.images.set(gone?.frameSha256 ?? '', bytes);
  });

  it('shows where defects are called, over the golden sample and as a table', async () => {
    await page.getByRole('link', { name: 'Quality' }).click();
    await page.getByRole('heading', { name: 'Where defects are called' }).waitFor();
    await page.locator('.heat-cells rect').first().waitFor();
    await page.locator('.heat-ground img').waitFor();
    const squares = await page.locator('.heat-cells rect').count();
    await page
      .locator('section', { has: page.locator('.heat-cells') })
      .getByText('As a table')
      .click();
    expect(await page.locator('section:has(.heat-cells) tbody tr').count()).toBe(squares);
    expect(await brokenRules(page)).toEqual([]);
  });

  it('raised no error in the browser', () => {
    expect(faults.filter((fault) => !/Failed to load resource/.test(fault))).toEqual([]);
  });
});
