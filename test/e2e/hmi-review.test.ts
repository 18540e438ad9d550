import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { drawInspection } from '../support/board-inspections.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { brokenRules, looks } from '../support/page-checks.ts';

const station = { stationId: 'pcb', streamId: randomUUID(), epoch: randomUUID(), reviewer: true };

describe.skipIf(noBrowser !== null)(`review and trace in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let browser: Browser;
  let page: Page;
  let address: string;
  // What becomes of a decision on its way. Caught from the first page on: a browser learns of a new route too late for what is
  // asked for at once.
  const letThrough = (route: Route): Promise<void> => route.continue();
  let onDecision = letThrough;

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    const { port } = new URL(await dashboard.server.listen({ host: '127.0.0.1', port: 0 }));
    // As from another machine: a browser trusts the loopback address more than plain HTTP under any other name.
    address = `http://panel-3:${port}`;
    const drawn = [];
    for (let sequence = 1; drawn.length < 4; sequence += 1) {
      const { message, images } = await drawInspection(station, sequence);
      for (const [sha256, bytes] of images) dashboard.edge.images.set(sha256, bytes);
      if (message.verdict !== 'pass') drawn.push(message);
    }
    // Ten for the keyboard, ten for touch, and one held by each look at the pages: nobody is given a part that another has.
    for (let sequence = 1; sequence <= 48; sequence += 1) {
      const serial = `PCB-${String(sequence).padStart(6, '0')}`;
      const part = { inspectionId: randomUUID(), sequence, triggerNo: sequence, serial };
      const like = drawn[sequence % drawn.length];
      if (like) await dashboard.store({ ...like, ...part });
    }
    browser = await openBrowser(['--host-resolver-rules=MAP panel-3 127.0.0.1']);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      hasTouch: true,
      locale: 'en-US',
    });
    page = await context.newPage();
    await page.route('**/dispositions', (route) => onDecision(route));
    await page.goto(`${address}/link#${await dashboard.linkFor('quality')}`);
    await page.getByText('quality of the tests').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
  });

  const dispositions = async (): Promise<string[]> => {
    const rows = await dashboard.database.selectFrom('disposition').select(['disposition', 'verified']).execute();
    return rows.map(({ disposition, verified }) => `${disposition} ${verified}`);
  };
  const countOf = async (wanted: string): Promise<number> =>
    (await dispositions()).filter((entry) => entry === wanted).length;
  const serialShown = (): Promise<string> => page.locator('.review-serial').innerText();
  const untilAnother = async (serial: string): Promise<void> => {
    await expect.poll(serialShown, { timeout: 20_000 }).not.toBe(serial);
  };

  it('is not trusted by the browser, as over plain HTTP in a plant', async () => {
    expect(await page.evaluate('isSecureContext')).toBe(false);
  });

  it('keeps what the model said from a person who has not judged yet', async () => {
    await page.getByRole('link', { name: 'Review' }).tap();
    await page.getByRole('button', { name: /true defect/ }).waitFor();
    expect(await page.locator('.opinion, .mark-reviewer').count()).toBe(0);
    expect(await page.getByText(/machine said/).count()).toBe(0);
  });

  it('takes ten parts by keyboard alone', async () => {
    for (let count = 0; count < 10; count += 1) {
      const serial = await serialShown();
      await page.keyboard.press(count % 2 === 0 ? 'd' : 'f');
      await page.keyboard.press(count % 2 === 0 ? '3' : '1');
      if (count % 2 === 1) await page.keyboard.type(serial);
      await page.keyboard.press('Enter');
      await untilAnother(serial);
    }
    await expect.poll(() => countOf('scrap defect')).toBe(5);
    await expect.poll(() => countOf('accept false-call')).toBe(5);
  });

  it('takes ten parts by touch alone', async () => {
    for (let count = 0; count < 10; count += 1) {
      const serial = await serialShown();
      await page.getByRole('button', { name: /true defect/ }).tap();
      await page.getByRole('button', { name: count % 2 === 0 ? /^Rework/ : /^Hold/ }).tap();
      await page.getByRole('button', { name: /^Confirm/ }).tap();
      await untilAnother(serial);
    }
    await expect.poll(() => countOf('rework defect')).toBe(5);
    await expect.poll(() => countOf('hold defect')).toBe(5);
  });

  it('leaves the part in the hand, whatever more urgent part comes meanwhile', async () => {
    const like = await drawInspection(station, 1);
    const hourAgo = new Date(Date.parse(like.message.decidedAt) - 3_600_000).toISOString();
    const urgent = { verdict: 'undecided', decidedAt: hourAgo, sequence: 49, triggerNo: 49 } as const;
    await dashboard.store({ ...like.message, ...urgent, inspectionId: randomUUID(), serial: 'PCB-URGENT' });
    // With the first decision the screen claims the part; from the second on it is the most urgent of its own.
    for (const _ of ['first', 'second']) {
      const decided = await serialShown();
      const claimed = page.waitForResponse((answer) => answer.url().endsWith('/review/claims'));
      for (const key of ['d', '3', 'Enter']) await page.keyboard.press(key);
      await untilAnother(decided);
      const inHand = await serialShown();
      expect(inHand).not.toBe('PCB-URGENT');
      await claimed;
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      expect(await serialShown()).toBe(inHand);
    }
  });

  it('saves a decision though the browser believes that it is offline', async () => {
    await page.evaluate("window.dispatchEvent(new Event('offline'))");
    const { inspectionId } = await dashboard.database
      .selectFrom('inspection')
      .select('inspectionId')
      .where('serial', '=', await serialShown())
      .executeTakeFirstOrThrow();
    // Of this part: those decided before may still be on their way.
    const saved = page.waitForResponse((answer) => answer.url().endsWith(`${inspectionId}/dispositions`));
    for (const key of ['d', '3', 'Enter']) await page.keyboard.press(key);
    expect((await saved).status()).toBe(201);
    const stored = dashboard.database.selectFrom('disposition').selectAll().where('inspectionId', '=', inspectionId);
    expect(await stored.execute()).toMatchObject([{ disposition: 'scrap', verified: 'defect' }]);
    await page.evaluate("window.dispatchEvent(new Event('online'))");
  });

  it('says that a decision could not be taken back, and that it stands', async () => {
    const before = await dispositions();
    const refusal = { error: { code: 'INTERNAL', message: 'out of order', wayOut: 'Look at the log.' } };
    onDecision = (route) => route.fulfill({ status: 500, json: refusal });
    await page.keyboard.press('u');
    expect(await page.getByRole('alert').innerText()).toContain('out of order. Look at the log.');
    onDecision = letThrough;
    expect(await dispositions()).toEqual(before);
  });

  it('takes a decision back by a further entry', async () => {
    const [taken] = (await page.locator('.review-done').innerText()).split(':');
    await page.keyboard.press('u');
    await expect.poll(dispositions).toContain('hold null');
    await expect.poll(serialShown).toBe(taken);
  });

  it('takes back a decision that is still on its way only once that is saved', async () => {
    const decided = await serialShown();
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    const sent: unknown[] = [];
    onDecision = async (route) => {
      sent.push((route.request().postDataJSON() as { reason: unknown }).reason);
      await held;
      await route.continue();
    };
    for (const key of ['d', '3', 'Enter']) await page.keyboard.press(key);
    await untilAnother(decided);
    await page.keyboard.press('u');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(sent).toHaveLength(1);
    release();
    await expect.poll(serialShown, { timeout: 20_000 }).toBe(decided);
    expect(sent).toEqual([expect.not.stringContaining('undone'), 'undone']);
    onDecision = letThrough;
  });

  it('gives a decision up that nobody answers, says so, and brings the part back', async () => {
    const decided = await serialShown();
    onDecision = () => Promise.resolve();
    for (const key of ['d', '3', 'Enter']) await page.keyboard.press(key);
    await untilAnother(decided);
    expect(await page.getByRole('alert').innerText()).toContain(decided);
    onDecision = letThrough;
    for (const key of ['d', '3', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('offers no reason that contradicts what the person saw', async () => {
    const offered: string[][] = [];
    for (const keys of [
      ['d', '1'],
      ['f', '3'],
    ]) {
      for (const key of keys) await page.keyboard.press(key);
      offered.push(await page.locator('.decide-reason').allInnerTexts());
      await page.keyboard.press('Escape');
    }
    expect(offered).toEqual([
      ['Harmless: dust, fiber, glare, marking', 'Within what is allowed', 'Other'],
      ['Cannot be repaired', 'Other'],
    ]);
  });

  it('does not accept a part whose serial is another', async () => {
    await page.keyboard.press('f');
    await page.keyboard.press('1');
    await page.keyboard.type('PCB-999999');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('not the serial');
    // What was judged stays: the next scan is all that is missing.
    const serial = await serialShown();
    await page.keyboard.type(serial);
    await page.keyboard.press('Enter');
    await untilAnother(serial);
  });

  it('traces a serial to its part and exports the list', async () => {
    await page.getByRole('link', { name: 'Trace' }).click();
    await page.getByLabel('Serial').fill('PCB-000003');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Inspections: 1').waitFor();
    expect(await page.getByText('None fits').count()).toBe(0);
    await page.getByLabel('Serial').fill('pcb-000003');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('None fits').waitFor();
    await page.getByLabel('Serial').fill('PCB-000003');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Inspections: 1').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ]);
    expect((await readFile(await download.path(), 'utf8')).split('\r\n')[1]).toContain('PCB-000003');
    await page.getByRole('link', { name: 'PCB-000003' }).click();
    await page.getByRole('heading', { name: 'Part PCB-000003' }).waitFor();
    expect(page.url()).toMatch(/\/parts\/[0-9a-f-]{36}$/);
  });

  it('heads a part with what people decided about it', async () => {
    const scrapped = await dashboard.database
      .selectFrom('disposition')
      .select('inspectionId')
      .where('disposition', '=', 'scrap')
      .executeTakeFirstOrThrow();
    await page.goto(`${address}/parts/${scrapped.inspectionId}`);
    await page.locator('.part-head').getByText('Scrap · Defect · quality of the tests').waitFor();
    expect(await page.locator('.part-verdict').innerText()).toMatch(/FAIL|UNDECIDED/);
  });

  it('shows a frame that could not be had for a moment, with its boxes, without anybody asking', async () => {
    const other = await page.context().newPage();
    let away = true;
    await other.route('**/api/v1/evidence/**', (route) => (away ? route.abort() : route.continue()));
    await other.goto(page.url());
    await other.getByText('The frame cannot be loaded').first().waitFor();
    expect(await other.locator('.mark-detector').count()).toBe(0);
    away = false;
    await other.locator('.mark-detector').first().waitFor();
    await other.close();
  });

  it('says what keeps the figures away, and what to do', async () => {
    const fault = { error: { code: 'RECIPE_INVALID', message: 'a key too many', wayOut: 'Correct the file.' } };
    await page.route('**/api/v1/quality?**', (route) => route.fulfill({ status: 500, json: fault }), { times: 1 });
    await page.getByRole('link', { name: 'Quality', exact: true }).click();
    await page.getByText('a key too many. Correct the file.').first().waitFor({ timeout: 10_000 });
    await page.getByRole('link', { name: 'Trace', exact: true }).click();
    expect(await page.getByText('a key too many').count()).toBe(0);
  });

  it('tells chance from change only once there are points enough', async () => {
    await page.getByRole('link', { name: 'Quality', exact: true }).click();
    await page.getByText('Too few points yet').first().waitFor();
    expect(await page.getByText('No alarm').count()).toBe(0);
  });

  it.each(looks)('breaks no rule of WCAG 2.2 AA on any page, $locale, $colorScheme', async (look) => {
    const context = await browser.newContext({ ...look, viewport: { width: 1280, height: 800 } });
    await using _closed = { [Symbol.asyncDispose]: () => context.close() };
    const looked = await context.newPage();
    await looked.goto(`${address}/link#${await dashboard.linkFor('quality')}`);
    await looked.getByText('quality of the tests').waitFor();
    const part = await dashboard.database.selectFrom('inspection').select('inspectionId').limit(1).executeTakeFirst();
    const broken: string[] = [];
    for (const path of ['/', '/review', '/trace', '/quality', '/examples', `/parts/${part?.inspectionId}`]) {
      await looked.goto(`${address}${path}`);
      await looked
        .locator('.verdict, .review-serial, .trace-table, .part-head, .tiles, .quality .nothing')
        .first()
        .waitFor();
      if (path === '/examples') await looked.locator('.examples-kinds').waitFor();
      if (path === '/review') await looked.keyboard.press('d');
      const found = await brokenRules(looked);
      broken.push(...found.map((rule) => `${path} ${rule}`));
    }
    expect(broken).toEqual([]);
  });
});
