import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '#line/build-page.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { brokenRules, looks, tooSmallToTouch } from '../support/page-checks.ts';

const password = 'a long enough password';

describe.skipIf(noBrowser !== null)(`people in Chromium ${noBrowser ?? ''}`, () => {
  let dashboard: TestDashboard;
  let closed: TestDashboard;
  let browser: Browser;
  let address: string;
  let closedAddress: string;
  let admin: Page;
  let nora: Page;
  const faults: string[] = [];

  // A context of its own for each person: as another browser, on another desk.
  const openPage = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    return page;
  };
  const choosePassword = async (page: Page): Promise<void> => {
    await page.getByRole('link', { name: 'Choose a password' }).click();
    await page.getByLabel(/^New password, at least/).fill(password);
    await page.getByLabel('New password again').fill(password);
    await page.getByRole('button', { name: 'Choose a password' }).click();
    await page.getByText('The password is saved').waitFor();
  };
  const signIn = async (page: Page, name: string, secret = password): Promise<void> => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  beforeAll(async () => {
    await buildPage();
    dashboard = await startDashboard({ pageDir: resolve('hmi/web/dist') });
    closed = await startDashboard({ pageDir: resolve('hmi/web/dist'), anonymousRole: null });
    // By a name, as from another machine: over plain HTTP a page has no clipboard.
    const { port } = new URL(await dashboard.server.listen({ host: '127.0.0.1', port: 0 }));
    address = `http://panel-3:${port}`;
    closedAddress = await closed.server.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser(['--host-resolver-rules=MAP panel-3 127.0.0.1']);
    admin = await openPage();
    nora = await openPage();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.[Symbol.asyncDispose]();
    await closed?.[Symbol.asyncDispose]();
  });

  it('the first admin is signed in by the link and chooses a password', async () => {
    await admin.goto(`${address}/link#${await dashboard.linkFor('admin')}`);
    await admin.getByText('You came by a link and have no password yet.').waitFor();
    await choosePassword(admin);
    expect(await admin.getByText('You came by a link').count()).toBe(0);
  });

  it('adds a person by keyboard alone, and gets a link that is shown once', async () => {
    await admin.getByRole('link', { name: 'People' }).focus();
    await admin.keyboard.press('Enter');
    const name = admin.getByLabel('Name', { exact: true });
    await name.waitFor();
    await name.focus();
    await admin.keyboard.type('Nora Çelik');
    await admin.keyboard.press('Enter');
    const link = admin.getByRole('textbox', { name: 'Link for Nora Çelik' });
    await link.waitFor();
    expect(await admin.evaluate('document.activeElement?.textContent')).toBe('Copy');
    await admin.keyboard.press('Enter');
    await admin.getByRole('button', { name: 'Copied' }).waitFor();
    mkdirSync('reports', { recursive: true });
    await admin.screenshot({ path: 'reports/people.png', fullPage: true });
    await nora.goto(await link.inputValue());
    await nora.getByRole('link', { name: 'Nora Çelik' }).waitFor();
    await admin.getByRole('button', { name: 'Done' }).click();
    expect(await link.count()).toBe(0);
  });

  it('lets the person choose a password, sign out, and sign in again by name', async () => {
    await choosePassword(nora);
    expect(await nora.getByRole('link', { name: 'People' }).count(), 'operators manage nobody').toBe(0);
    await nora.getByRole('button', { name: 'Sign out' }).click();
    await nora.getByRole('link', { name: 'Sign in' }).click();
    await signIn(nora, 'nora çelik', 'a wrong long password');
    await nora.getByRole('alert').getByText('Name or password is wrong.').waitFor();
    await signIn(nora, 'nora çelik');
    await nora.getByRole('link', { name: 'Nora Çelik' }).waitFor();
    expect(nora.url()).toBe(`${address}/`);
  });

  it('goes on where signing in was asked for', async () => {
    const page = await openPage();
    await page.goto(`${address}/people`);
    await page.getByRole('heading', { name: 'This needs the role admin.' }).waitFor();
    await signIn(page, 'Nora Çelik');
    await page.getByText('You are signed in as Nora Çelik, role operator.').waitFor();
    await page.goto(`${address}/review`);
    await page.getByText('Nothing waits for a person').waitFor();
    expect(await page.getByRole('heading', { name: 'This needs' }).count()).toBe(0);
    await page.context().close();
  });

  it('changes a role, and disables: that ends what is open at once', async () => {
    await admin.getByLabel('Role of Nora Çelik').selectOption('quality');
    await admin.getByText('from: operator · to: quality').waitFor();
    await nora.goto(`${address}/trace`);
    await nora.getByRole('link', { name: 'Export as CSV' }).waitFor();
    await admin.getByRole('button', { name: 'Disable Nora Çelik' }).click();
    await admin.getByRole('button', { name: 'Enable Nora Çelik' }).waitFor();
    await nora.goto(`${address}/review`);
    await nora.getByRole('heading', { name: 'This needs the role operator.' }).waitFor();
    await signIn(nora, 'Nora Çelik');
    await nora.getByText('This account is disabled').waitFor();
    expect(await nora.getByRole('link', { name: 'Nora Çelik' }).count()).toBe(0);
  });

  it('keeps the last admin, and says why', async () => {
    await admin.getByRole('button', { name: 'Disable admin of the tests' }).click();
    await admin.getByRole('alert').getByText('nobody would be left to manage people').waitFor();
    expect(await admin.getByRole('button', { name: 'Disable admin of the tests' }).isEnabled()).toBe(true);
  });

  it('lists what was done, by whom, when and from where', async () => {
    const audit = admin.getByRole('region', { name: 'Audit' });
    for (const words of [
      'signed in',
      'was refused',
      'signed out',
      'chose a password',
      'added',
      'disabled',
      'made a link',
    ]) {
      expect(await audit.getByRole('cell', { name: words, exact: true }).count(), words).toBeGreaterThan(0);
    }
    const refused = audit.getByRole('row').filter({ hasText: 'was refused' }).first();
    expect(await refused.innerText()).toMatch(/nora çelik \(no account\).*127\.0\.0\.1/is);
  });

  it('asks before the first page where nobody may look on', async () => {
    const page = await openPage();
    await page.goto(closedAddress);
    await page.getByRole('heading', { name: 'This needs the role viewer.' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.goto(`${closedAddress}/link#${await closed.linkFor('viewer')}`);
    await page.getByText('Waiting for the first part').waitFor();
    await page.context().close();
  });

  it('has no target smaller than a glove can touch', async () => {
    expect(await tooSmallToTouch(admin)).toEqual([]);
  });

  it.each(looks)('breaks no rule of WCAG 2.2 AA on any page, $locale, $colorScheme', async (look) => {
    const page = await openPage(look);
    const broken: string[] = [];
    const check = async (path: string): Promise<void> => {
      await page.goto(`${address}${path}`);
      await page.locator('.account-form, .audit-table').first().waitFor();
      const found = await brokenRules(page);
      broken.push(...found.map((rule) => `${path} ${rule}`));
      await page.screenshot({ path: `reports${path}-${look.locale}-${look.colorScheme}.png`, fullPage: true });
    };
    await check('/sign-in');
    await check('/review');
    await page.goto(`${address}/link#${await dashboard.linkFor('admin')}`);
    await page.getByText('admin of the tests').waitFor();
    await check('/account');
    await check('/people');
    expect(broken).toEqual([]);
    await page.context().close();
  });

  it('raised no error in the browser', () => {
    expect(faults).toEqual([]);
  });
});
