import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { spawnLine } from '../support/spawn-line.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hairline-page-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe.skipIf(noBrowser !== null)(`the whole line in Chromium ${noBrowser ?? ''}`, () => {
  it('shows a part as it comes, and opens it with its boxes and reasons', async () => {
    await using stack = new AsyncDisposableStack();
    const line = spawnLine(dataDir, []);
    stack.defer(async () => {
      line.process.kill('SIGINT');
      await line.ended;
    });
    const [, address = ''] = await line.untilSaid(/open (http\S+)/);
    const [, link = ''] = await line.untilSaid(/open this once: (http\S+)/);
    const browser = stack.adopt(await openBrowser(), (open) => open.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(120_000);
    await page.goto(address);
    const failed = page.getByRole('link', { name: /^FAIL/ }).first();
    await failed.waitFor();
    expect(await page.locator('.verdict-word').first().innerText()).toMatch(/PASS|FAIL|UNDECIDED/);
    // The picture for the README, taken while both stations show a part.
    await expect.poll(() => page.locator('.verdict-word').count(), { timeout: 120_000 }).toBeGreaterThanOrEqual(2);
    mkdirSync('reports', { recursive: true });
    await page.screenshot({ path: 'reports/dashboard.png' });

    await failed.click();
    await page.getByRole('heading', { name: /^Part / }).waitFor();
    await page.locator('.mark-detector').first().waitFor();
    expect(await page.locator('.reason').first().innerText()).not.toBe('');
    await page.screenshot({ path: 'reports/part.png', fullPage: true });

    // What a newcomer does next, as the README says: the link, then the first part that waits for a person.
    await page.goto(link);
    await page.getByRole('link', { name: 'admin', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Review' }).click();
    await page.locator('.review-serial').waitFor();
    await page.keyboard.press('d');
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await page.locator('.review-done').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
