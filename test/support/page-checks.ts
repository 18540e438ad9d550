import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }";
const leastTouchPx = 48;

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** Each language in each light. */
export const looks = ['en', 'zh'].flatMap((locale) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ locale, colorScheme })),
);

/** Rules of WCAG 2.2 AA that the page breaks as it stands, with what breaks them. */
export async function brokenRules(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate(`axe.run(document, ${rules})`)) as AxeResult;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What is to be touched and is smaller than a glove can touch. */
export function tooSmallToTouch(page: Page): Promise<readonly string[]> {
  return page.locator('button:visible, select:visible, input:not(.away):visible, a.tab:visible').evaluateAll(
    (targets, least) =>
      targets.flatMap((target) => {
        const { height } = target.getBoundingClientRect();
        return height < least ? [`${target.outerHTML} ${height}`] : [];
      }),
    leastTouchPx,
  );
}
