import type { Page } from 'playwright-core';

/** When a part came to a page, by the page's own clock: milliseconds since the epoch. */
export interface PartSeen {
  /** The event was there. */
  readonly event: number;
  /** Its serial stood in the document. */
  readonly drawn: number;
  /** The frame with it was painted. */
  readonly painted: number;
}

/** How long a page took to be of use, in ms, stage by stage. */
export interface PageLoad {
  /** From asking for the page until its scripts run and ask for the line. */
  readonly scripts: number;
  /** The overview's answer. */
  readonly overview: number;
  /** From the answer until the first verdict stands in the document. */
  readonly draw: number;
}

// Runs in the page before its own scripts; a string, since there is no document here.
const watcher = `
  window.seen = {};
  const now = () => performance.timeOrigin + performance.now();
  const note = (serial, what) => ((window.seen[serial] ??= {})[what] ??= now());
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    constructor(url) {
      super(url);
      this.addEventListener('inspection', ({ data }) => note(JSON.parse(data).serial, 'event'));
    }
  };
  new MutationObserver(() => {
    if (document.querySelector('.verdict-word')) window.usable ??= performance.now();
    for (const { textContent: serial } of document.querySelectorAll('.station-serial')) {
      if (window.seen[serial]?.drawn) continue;
      note(serial, 'drawn');
      requestAnimationFrame(() => {
        // The first task after the frame's own callbacks comes after its painting.
        const after = new MessageChannel();
        after.port1.onmessage = () => note(serial, 'painted');
        after.port2.postMessage(null);
      });
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** Has a page note when parts come, from its next load on. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(watcher);
}

/** Waits until a part is painted. */
export async function partSeen(page: Page, serial: string): Promise<PartSeen> {
  const seen = `window.seen[${JSON.stringify(serial)}]`;
  await page.waitForFunction(`${seen}?.painted`);
  return (await page.evaluate(seen)) as PartSeen;
}

/** The stages of the load that just ended. */
export async function loadSeen(page: Page): Promise<PageLoad> {
  await page.waitForFunction('window.usable');
  return (await page.evaluate(`(() => {
    const [overview] = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/overview'));
    const { startTime, responseEnd } = overview;
    return { scripts: startTime, overview: responseEnd - startTime, draw: window.usable - responseEnd };
  })()`)) as PageLoad;
}
