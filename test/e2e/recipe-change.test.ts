import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import type { Recipes } from '#hmi/server/recipes.schema.ts';
import { digestOf } from '#rules/files/load-recipe.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { draftText, limitsCrossed } from '../support/recipe-text.ts';
import { spawnLine } from '../support/spawn-line.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hairline-recipe-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Somebody at a screen of their own, signed in by a link. */
async function personAt(browser: Browser, address: string, link: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(link);
  await page.waitForURL(`${address}`);
  return page;
}

/** What the server answers a script on somebody's page. */
function askFrom<Answer>(page: Page, path: string, body?: object): Promise<Answer> {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return page.evaluate(async ([url, given]) => (await (await fetch(url, given)).json()) as Answer, [
    path,
    init,
  ] as const);
}

describe.skipIf(noBrowser !== null)(`a change of recipe on the whole line ${noBrowser ?? ''}`, () => {
  it('takes two people, and the next part of the station is judged by what they approved', async () => {
    await using stack = new AsyncDisposableStack();
    const line = spawnLine(dataDir, ['--stations', 'pcb', '--no-reviewer', '--interval-ms', '2500']);
    stack.defer(async () => {
      line.process.kill('SIGINT');
      await line.ended;
    });
    const [, address = ''] = await line.untilSaid(/open (http\S+)/);
    const [, adminLink = ''] = await line.untilSaid(/open this once: (http\S+)/);
    const browser = stack.adopt(await openBrowser(), (open) => open.close());
    const admin = await personAt(browser, address, adminLink);
    await admin.getByRole('link', { name: 'People' }).click();
    await admin.getByLabel('Name', { exact: true }).fill('Maria');
    await admin.locator('.add-person select').selectOption('engineer');
    await admin.locator('.add-person button').click();
    const link = await admin.locator('.link-line input').inputValue();
    const maria = await personAt(browser, address, link);

    // Maria drafts from what runs, is told of a fault, mends it, and proposes.
    await maria.getByRole('link', { name: 'Engineering' }).click();
    await maria.getByRole('button', { name: 'Draft from pcb at pcb', exact: true }).click();
    const area = maria.getByLabel('The recipe, as YAML');
    await expect.poll(() => area.inputValue(), { timeout: 30_000 }).toContain('id: pcb');
    await area.fill(draftText('2.0.0', limitsCrossed));
    await maria.getByText('Faults: 2').waitFor();
    const text = draftText('2.0.0', ['sharpnessFrom: 10', 'sharpnessFrom: 9']);
    await area.fill(text);
    await maria.getByText(/pcb 2\.0\.0 holds/).waitFor();
    await maria.getByRole('button', { name: 'Try on parts of pcb' }).click();
    await maria.getByText(/parts: \d+ with the same verdict/).waitFor();
    await maria.getByLabel('Reason').fill('frames of the new lens are softer');
    await maria.getByRole('button', { name: 'Propose for pcb' }).click();

    // She cannot approve it herself, neither on the page nor past it.
    await maria.getByText('another engineer or an admin has to approve it').waitFor();
    expect(await maria.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    const { open } = await askFrom<Recipes>(maria, '/api/v1/recipes');
    const decision = `/api/v1/recipes/proposals/${open[0]?.proposalId}/decision`;
    const refused = await askFrom(maria, decision, { decision: 'approved', reason: 'mine' });
    expect(refused).toMatchObject({ error: { code: 'SECOND_PERSON_REQUIRED' } });

    // The admin looks at what would change, and approves.
    await admin.getByRole('link', { name: 'Engineering' }).click();
    const proposal = admin.getByRole('article', { name: 'pcb 2.0.0 for pcb' });
    await proposal.getByText('sharpnessFrom: 9').waitFor();
    await proposal.getByLabel('Reason').fill('looked at with Maria');
    await proposal.getByRole('button', { name: 'Approve' }).click();
    const station = admin.getByRole('region', { name: 'pcb', exact: true });
    await station.getByRole('cell', { name: 'an approval' }).waitFor();
    await station.getByText(`by pcb 2.0.0, ${digestOf(text).slice(0, 12)}`).waitFor();
    expect(await admin.getByText('not yet running').count()).toBe(0);
    await admin.getByRole('link', { name: 'People' }).click();
    await admin.getByRole('cell', { name: 'approved a recipe' }).waitFor();
    await admin.getByRole('cell', { name: 'proposed a recipe' }).waitFor();
  });
});
