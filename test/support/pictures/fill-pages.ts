import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Overview } from '#hmi/server/api.schema.ts';

const password = 'a long enough password';
const people = [
  { name: 'Nora Çelik', role: 'operator' },
  { name: 'Jan Peeters', role: 'quality' },
  { name: 'Line 2 panel', role: 'viewer' },
] as const;
/** Keys of decisions on the review page: what was seen, and what becomes of the part. */
const decisions = [
  ['d', '3'],
  ['d', '2'],
  ['f', '4'],
  ['d', '3'],
] as const;

/** Resolves once so many parts are inspected over all stations. */
export async function untilParts(address: string, parts: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${address}api/v1/overview`).catch(() => null);
    const { stations } = answer?.ok ? ((await answer.json()) as Overview) : { stations: [] };
    const count = stations.reduce((sum, { counts: { pass, fail, undecided } }) => sum + pass + fail + undecided, 0);
    if (count >= parts && stations.length > 1) return;
    await sleep(1000);
  }
}

/** Opens the first admin's link and chooses a password, so that the page has nothing left to ask for. */
export async function signInAsAdmin(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('link', { name: 'Choose a password' }).click();
  await page.getByLabel(/^New password, at least/).fill(password);
  await page.getByLabel('New password again').fill(password);
  await page.getByRole('button', { name: 'Choose a password' }).click();
  await page.getByText('The password is saved').waitFor();
}

/** On a busy machine the line may be late with a known bad part, and its station is locked then. */
export async function releaseStations(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('.verdict-word').first().waitFor();
  for (const lock of await page.locator('.station-lock').all()) {
    await lock.getByRole('textbox').fill('Inspected again what passed');
    await lock.getByRole('button').click();
  }
  await page.locator('.station-lock').first().waitFor({ state: 'detached' });
}

/** Decides parts by keyboard, as a reviewer does, and adds people: pages about both have something to show. */
export async function fillPages(page: Page, address: string): Promise<void> {
  await page.goto(`${address}review`);
  for (const keys of decisions) {
    const serial = await page.locator('.review-serial').innerText();
    for (const key of keys) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await page.locator('.review-serial').filter({ hasNotText: serial }).waitFor();
  }
  for (const person of people) {
    await page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' };
      await fetch('/api/v1/people', { method: 'POST', headers, body: JSON.stringify(body) });
    }, person);
  }
}
