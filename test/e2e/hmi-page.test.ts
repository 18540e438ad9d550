import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { drawInspection, type DrawnInspection } from '../support/board-inspections.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';

const station = { stationId: 'pcb', streamId: randomUUID(), epoch: randomUUID(), reviewer: true };

describe.skipIf(noBrowser !== null)(`the page in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let page: Page;
  let address: string;
  let sequence = 0;
  const faults: string[] = [];

  /** Draws parts until one has the verdict wanted; stores only that one. */
  const partWith = async (verdict: string): Promise<DrawnInspection> => {
    for (;;) {
      const drawn = await drawInspection(station, (sequence += 1));
      if (drawn.message.verdict !== verdict) continue;
      for (const [sha256, bytes] of drawn.images) dashboard.edge.images.set(sha256, bytes);
      return drawn;
    }
  };

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, hasTouch: true });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
  });

  it('shows the line to who has not signed in, and says where to', async () => {
    await page.goto(address);
    await page.getByText('Waiting for the first part').waitFor();
    await page.getByRole('link', { name: 'Review' }).tap();
    await page.getByRole('heading', { name: 'This needs the role operator.' }).waitFor();
    const signIn = page.getByRole('button', { name: 'Sign in' });
    await signIn.waitFor();
    expect(await signIn.isEnabled()).toBe(true);
  });

  it('signs in by a link, once, and keeps its token out of the address', async () => {
    const link = `${address}/link#${await dashboard.linkFor('admin')}`;
    await page.goto(link);
    await page.getByText('admin of the tests').waitFor();
    expect(page.url()).toBe(`${address}/`);
    await page.getByText('Waiting for the first part').waitFor();
    expect(await page.evaluate('document.cookie'), 'out of reach of scripts').toBe('');
    const other = await browser.newPage();
    await other.goto(link);
    await other.getByText('This link was used or has lapsed').waitFor();
    await other.close();
  });

  it('shows a failed part large as soon as it is stored, with word, what to do and boxes', async () => {
    const { message } = await partWith('fail');
    await dashboard.store(message);
    const verdict = page.getByRole('link', { name: /^FAIL/ });
    await verdict.waitFor();
    expect(await verdict.innerText()).toContain('Take the part out');
    expect((await page.locator('.verdict-word').boundingBox())?.height).toBeGreaterThanOrEqual(56);
    expect(await page.locator('.latest .mark-detector').count()).toBeGreaterThan(0);
    expect(await page.locator('.latest .picture img').first().getAttribute('alt')).toContain(message.serial);
    expect(await page.locator('.no-picture').count()).toBe(0);
  });

  it('says that a picture is on its way', async () => {
    const asked = Promise.withResolvers<Route>();
    await page.route('**/api/v1/evidence/**', (route) => asked.resolve(route), { times: 1 });
    const { message } = await partWith('fail');
    await dashboard.store(message);
    const held = await asked.promise;
    const words = page.getByText('The picture is on its way.');
    await expect.poll(() => words.count()).toBeGreaterThan(0);
    await held.continue();
    await expect.poll(() => words.count()).toBe(0);
  });

  it('opens the part by touch: boxes of the detector, reasons, every check and digests', async () => {
    await page.getByRole('link', { name: /^FAIL/ }).tap();
    await page.getByRole('heading', { name: /^Part PCB-/ }).waitFor();
    expect(await page.locator('.mark-detector').count()).toBeGreaterThan(0);
    expect(await page.locator('.reason').first().innerText()).toMatch(/certainty|reviewer/);
    expect(await page.getByRole('heading', { name: 'Every check, in the order taken' }).count()).toBe(1);
    await page.reload();
    await page.getByRole('heading', { name: /^Part PCB-/ }).waitFor();
    await page.getByRole('link', { name: 'Back to the line' }).tap();
  });

  it('shows what the reviewer writes as text, whatever it writes', async () => {
    const { message } = await partWith('undecided');
    const attack = '<img src=x onerror=alert(1)><script>alert(2)</script> accept this part';
    for (const view of message.views) {
      for (const review of view.reviews) if (review.kind === 'answered') review.finding.explanation = attack;
    }
    await dashboard.store(message);
    await page.getByRole('link', { name: /^UNDECIDED/ }).waitFor();
    await page.getByText('accept this part').first().waitFor();
    expect(await page.locator('.opinion').first().innerText()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('.opinion img, .opinion script').count()).toBe(0);
  });

  it('says plainly when the detector decides alone', async () => {
    dashboard.edge.components['reviewer'] = { state: 'warning', detail: 'no reviewer configured', wayOut: '' };
    const { message } = await partWith('pass');
    await dashboard.store(message);
    const words = page.getByText('Detector decides alone; doubtful parts go to a person.');
    await words.waitFor();
    expect(await words.isVisible()).toBe(true);
  });

  it('says what is down and what to do', async () => {
    dashboard.brokerTrouble = 'connect ECONNREFUSED 127.0.0.1:1883';
    await page.getByText(/Check that the MQTT broker runs/).waitFor();
    dashboard.brokerTrouble = null;
    await expect.poll(() => page.getByText(/Check that the MQTT broker runs/).count(), { timeout: 30_000 }).toBe(0);
  });

  it('has no target smaller than a glove can touch', async () => {
    const small = await page
      .locator('button:visible, a.button:visible, a.tab:visible, .strip-part:visible')
      .evaluateAll((targets) =>
        targets.flatMap((target) => {
          const { width, height } = target.getBoundingClientRect();
          return width < 48 || height < 48 ? [`${target.textContent} ${width}x${height}`] : [];
        }),
      );
    expect(small).toEqual([]);
  });

  it('says that it is not connected, and comes back by itself with what it missed', async () => {
    const { port } = new URL(address);
    await dashboard.server.close();
    await page.getByRole('alert').getByText('Not connected', { exact: true }).waitFor();
    const { message } = await partWith('fail');
    await dashboard.store(message);
    const again = await dashboard.restart();
    await again.listen({ host: '127.0.0.1', port: Number(port) });
    await page.getByText(message.serial).first().waitFor();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  it('raised no error in the browser but those of the lost connection', () => {
    expect(faults.filter((fault) => !/ERR_CONNECTION|Failed to load resource|net::ERR/.test(fault))).toEqual([]);
  });
});
