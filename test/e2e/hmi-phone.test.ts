import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { drawInspection } from '../support/board-inspections.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';

const station = { stationId: 'pcb', streamId: randomUUID(), epoch: randomUUID(), reviewer: true };
const widthPx = 390;

describe.skipIf(noBrowser !== null)(`the page on a phone in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let page: Page;
  let address: string;
  let failedId: string;

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    for (let sequence = 1; failedId === undefined; sequence += 1) {
      const { message, images } = await drawInspection(station, sequence);
      if (message.verdict !== 'fail') continue;
      for (const [sha256, bytes] of images) dashboard.edge.images.set(sha256, bytes);
      await dashboard.store(message);
      failedId = message.inspectionId;
    }
    dashboard.edge.components['lock'] = {
      state: 'fault',
      detail: 'locked since 2026-11-20T06:00:00.000Z: challenge-failed (undecided)',
      wayOut: 'Find out why the inspection missed a known defect; inspect again what passed since the last proof',
    };
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: widthPx, height: 844 }, hasTouch: true });
    await page.goto(`${address}/link#${await dashboard.linkFor('admin')}`);
    await page.getByText('admin of the tests').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
  });

  it.each(['/', '/review', '/trace', '/quality', '/examples', '/people', '/account', '/parts/ID'])(
    'needs no scrolling sideways at %s',
    async (path) => {
      await page.goto(`${address}${path.replace('ID', failedId)}`);
      await page.locator('.health-words').waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(widthPx);
    },
  );

  it('says what does not work in lines that can be read', async () => {
    await page.goto(address);
    const words = page.locator('.health-words');
    await words.waitFor();
    expect((await words.boundingBox())?.width).toBeGreaterThan(widthPx * 0.7);
  });

  it('shows the part to be judged across the page, and asks below it', async () => {
    await page.goto(`${address}/review`);
    const picture = page.locator('.synced-pictures');
    await picture.waitFor();
    const [seen, asked] = [await picture.boundingBox(), await page.locator('.review-judge').boundingBox()];
    if (seen === null || asked === null) throw new Error('not shown');
    expect(seen.width).toBeGreaterThan(widthPx * 0.85);
    expect(asked.y).toBeGreaterThanOrEqual(seen.y + seen.height);
  });
});
