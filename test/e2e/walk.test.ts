import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languageNow, loadTexts, t, type Language } from '#hmi/web/texts/texts.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { chatLineSchema } from '#store/examples/chat-line.schema.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { freshDatabase, hasPostgres } from '../support/database.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { readZip } from '../support/read-zip.ts';
import { draftText } from '../support/recipe-text.ts';
import { runNode } from '../support/run-node.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnLine } from '../support/spawn-line.ts';

const why = noBrowser ?? ((await hasPostgres()) ? null : 'not run: no PostgreSQL that a history can be laid into');
const hourMs = 3_600_000;
const walks = [
  { language: 'en', locale: 'en-GB', version: '2.1.0', failsInRow: 2 },
  { language: 'zh', locale: 'zh-CN', version: '2.2.0', failsInRow: 3 },
] as const satisfies readonly { language: Language; locale: string; version: string; failsInRow: number }[];

describe.skipIf(why !== null)(
  `a walk through every page of a running line ${why ?? ''}`,
  { timeout: 1_800_000 },
  () => {
    const stack = new AsyncDisposableStack();
    let database: Database;
    let browser: Browser;
    let address: string;
    let folder: string;
    let storageState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
    let mariaLink: string;
    let mariaState: typeof storageState | undefined;

    beforeAll(async () => {
      const { url } = stack.use(await freshDatabase());
      database = stack.use(openDatabase({ url, connections: 2, name: 'test', log: silentLog }));
      await migrateToLatest(database);
      await layHistory(database);
      folder = stack.use(scratchFolder()).path;
      const args = ['--stations', 'pcb', '--interval-ms', '500'];
      const line = spawnLine(join(folder, 'line'), args, { HAIRLINE_DATABASE_URL: url });
      stack.defer(async () => {
        line.process.kill('SIGINT');
        await line.ended;
      });
      [, address = ''] = await line.untilSaid(/open (http\S+)/);
      const [, link = ''] = await line.untilSaid(/open this once: (http\S+)/);
      browser = stack.adopt(await openBrowser(), (open) => open.close());
      const admin = await at('en-GB');
      await admin.goto(link);
      await admin.getByRole('link', { name: 'People' }).click();
      await admin.getByLabel('Name', { exact: true }).fill('Maria');
      await admin.locator('.add-person select').selectOption('engineer');
      await admin.locator('.add-person button').click();
      mariaLink = await admin.locator('.link-line input').inputValue();
      storageState = await admin.context().storageState();
      await admin.context().close();
      await untilCalled(database, 44);
    }, 1_800_000);
    afterAll(async () => {
      await loadTexts('en');
      await stack.disposeAsync();
    });

    const at = async (locale: string, state?: typeof storageState): Promise<Page> => {
      const look = {
        locale,
        viewport: { width: 1280, height: 800 },
        hasTouch: true,
        ...(state && { storageState: state }),
      };
      const page = await (await browser.newContext(look)).newPage();
      page.setDefaultTimeout(240_000);
      return page;
    };

    describe.each(walks)('in $language', ({ language, locale, version, failsInRow }) => {
      let page: Page;
      const go = (name: string) =>
        page
          .locator('header')
          .getByRole('link', { name: t(`shell.${name}`), exact: true })
          .click();
      const judgedBy = async (decide: (serial: string, count: number) => Promise<void>): Promise<void> => {
        for (let count = 0; count < 10; count += 1) {
          const serial = await page.locator('.review-serial').innerText();
          await decide(serial, count);
          await page.locator('.review-serial').filter({ hasNotText: serial }).waitFor();
        }
      };
      const judgedCount = async (): Promise<number> =>
        (await database.selectFrom('disposition').select('dispositionId').where('decidedBy', '=', 'admin').execute())
          .length;

      beforeAll(async () => {
        await loadTexts(language);
        page = await at(locale, storageState);
        await page.goto(address);
      });
      afterAll(() => page.context().close());

      it('shows the line: what to do with the part that just came', async () => {
        expect(languageNow()).toBe(language);
        const words = ['pass', 'fail', 'undecided'].map((verdict) => t(`verdict.${verdict}`));
        await page.locator('.verdict-word').first().waitFor();
        expect(words).toContain(await page.locator('.verdict-word').first().innerText());
      });

      it('takes ten parts by keyboard alone', async () => {
        const before = await judgedCount();
        await go('review');
        await judgedBy(async (serial, count) => {
          const accepted = count % 2 === 1;
          await page.keyboard.press(accepted ? 'f' : 'd');
          await page.keyboard.press(accepted ? '1' : '3');
          if (accepted) await page.keyboard.type(serial);
          await page.keyboard.press('Enter');
        });
        await expect.poll(judgedCount, { timeout: 60_000 }).toBe(before + 10);
      });

      it('takes ten parts by touch alone', async () => {
        const before = await judgedCount();
        await judgedBy(async (_serial, count) => {
          await page.getByRole('button', { name: t('review.defect') }).tap();
          await page.getByRole('button', { name: t(`disposition.${count % 2 === 0 ? 'rework' : 'scrap'}`) }).tap();
          await page.getByRole('button', { name: t('review.confirm') }).tap();
        });
        await expect.poll(judgedCount, { timeout: 60_000 }).toBe(before + 10);
      });

      it('traces a serial to its part', async () => {
        await go('trace');
        const [part] = await database
          .selectFrom('inspection')
          .select(['serial'])
          .where('verdict', '=', 'fail')
          .orderBy('decidedAt', 'desc')
          .limit(1)
          .execute();
        const serial = part?.serial ?? '';
        await page.getByLabel(t('trace.serial'), { exact: true }).fill(serial);
        await page.getByRole('button', { name: t('trace.find') }).tap();
        await page.getByRole('link', { name: serial }).first().click();
        await page.getByRole('heading', { name: t('part.title', { serial }) }).waitFor();
        await page.locator('.mark-detector').first().waitFor();
        expect(await page.locator('.reason').first().innerText()).not.toBe('');
      });

      it('tells of an alarm of the p-chart: when, how many of how many, and what it means', async () => {
        await go('quality');
        const chart = page.getByRole('region', { name: t('quality.chart'), exact: true });
        const alarm = chart
          .locator('.alarms li')
          .filter({ hasText: t('quality.rule.beyond-3-sigma') })
          .first();
        await alarm.waitFor();
        expect(await alarm.innerText()).toMatch(/40/);
        expect(await chart.locator('canvas').isVisible()).toBe(true);
      });

      it('gives hard examples that the eval command and a check of each line accept', async () => {
        await go('examples');
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.locator('a[download]').filter({ visible: true }).click(),
        ]);
        const out = join(folder, `examples-${language}`);
        const files = readZip(await readFile(await download.path()));
        for (const [path, bytes] of files) {
          await mkdir(dirname(join(out, path)), { recursive: true });
          await writeFile(join(out, path), bytes);
        }
        const args = [
          '--coco',
          join(out, 'examples.coco.json'),
          '--root',
          out,
          '--model',
          'pcb-pair',
          '--template',
          '--json',
        ];
        const { code, said } = await runNode(['vlm/evaluate/main.ts', ...args]);
        expect(code, said).toBe(0);
        const lines = ['train', 'validation'].flatMap((side) =>
          (files.get(`${side}.jsonl`)?.toString('utf8') ?? '').split('\n').filter(Boolean),
        );
        expect(lines.length).toBeGreaterThan(0);
        for (const one of lines) expect(chatLineSchema.safeParse(JSON.parse(one)).error).toBeUndefined();
      });

      it('changes a recipe once a second person has approved it', async () => {
        const maria = await at(locale, mariaState);
        await maria.goto(mariaState === undefined ? mariaLink : address);
        await maria
          .locator('header')
          .getByRole('link', { name: t('shell.engineering') })
          .click();
        const draft = t('recipes.draftOf', { recipeId: 'pcb', stationId: 'pcb' });
        await maria.getByRole('button', { name: draft, exact: true }).tap();
        const area = maria.getByLabel(t('recipes.text'));
        await expect.poll(() => area.inputValue(), { timeout: 60_000 }).toContain('id: pcb');
        await area.fill(draftText(version, ['failsInRow: null', `failsInRow: ${failsInRow}`]));
        await maria.getByLabel(t('recipes.reason')).fill('lock after parts that fail in a row');
        await maria.getByRole('button', { name: t('recipes.proposeFor', { stationId: 'pcb' }) }).tap();
        await maria.getByText(t('recipes.mine')).waitFor();
        mariaState = await maria.context().storageState();
        await maria.context().close();
        await go('engineering');
        const proposal = t('recipes.proposal', { recipeId: 'pcb', version, stationId: 'pcb' });
        const card = page.getByRole('article', { name: proposal });
        await card.getByLabel(t('recipes.reason')).fill('looked at together');
        await card.getByRole('button', { name: t('recipes.decide.approved') }).tap();
        const decidedBy = async (): Promise<readonly string[]> => {
          const subject = `pcb: pcb ${version}`;
          const lines = database.selectFrom('audit').select('actor').where('action', '=', 'recipe.approved');
          return (await lines.where('subject', '=', subject).execute()).map(({ actor }) => actor);
        };
        await expect.poll(decidedBy, { timeout: 60_000 }).toEqual(['admin']);
        const station = page.getByRole('region', { name: 'pcb', exact: true });
        await station.getByRole('cell', { name: t('recipes.source.approved') }).waitFor();
      });

      it('releases a locked station, and the audit says who did', async () => {
        await go('line');
        const lock = page.locator('.station-lock').first();
        await lock.waitFor({ timeout: 600_000 });
        expect(await lock.innerText()).toContain(t('station.locked'));
        const released = async (): Promise<number> =>
          (await database.selectFrom('audit').select('auditId').where('action', '=', 'lock.release').execute()).length;
        const before = await released();
        await lock.getByRole('textbox').fill(language === 'en' ? 'Nozzle cleaned' : '已清洁喷嘴');
        await lock.getByRole('button').tap();
        await expect.poll(released, { timeout: 60_000 }).toBe(before + 1);
      });
    });
  },
);

/** Twelve quiet hours of another station, and one in which three parts of four fail; people have judged what was called. */
async function layHistory(database: Database): Promise<void> {
  const begin = Math.floor(Date.now() / hourMs) * hourMs - 14 * hourMs;
  for (let hour = 0; hour < 13; hour += 1) {
    const parts = Array.from({ length: 40 }, (_, index) => {
      const sequence = hour * 40 + index + 1;
      const at = new Date(begin + hour * hourMs + index * 60_000).toISOString();
      const fails = hour === 10 ? index % 4 !== 0 : index % 10 === 0;
      // Every third part of the tests has a defect.
      const like = testMessage(fails ? 3 : 1, { stationId: 'history', triggeredAt: at, decidedAt: at });
      const ids = { inspectionId: randomUUID(), sequence, triggerNo: sequence, serial: `H-${sequence}` };
      return { ...like, ...ids, evidence: [] };
    });
    await ingest(database, parts.map(asRead));
    for (const { inspectionId } of parts.filter(({ verdict }) => verdict === 'fail')) {
      const said = { disposition: 'scrap', verified: 'defect', reason: 'defect' } as const;
      const by = { decidedBy: 'history', personId: null, address: null };
      await appendDisposition(database, { dispositionId: randomUUID(), inspectionId, ...said, ...by });
    }
  }
}

/** Waits until so many parts of the line wait for a person: once a station is locked, no more come. */
async function untilCalled(database: Database, count: number): Promise<void> {
  for (;;) {
    const called = await database
      .selectFrom('inspection')
      .select('inspectionId')
      .where('stationId', '=', 'pcb')
      .where('verdict', '!=', 'pass')
      .where('challenge', '=', false)
      .execute();
    if (called.length >= count) return;
    await sleep(1000);
  }
}
