import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFault, FaultError } from '#host/fault.ts';
import { buildPage } from '#line/build-page.ts';
import { readLineConfig } from '#line/config.ts';
import { createTeller } from '#line/console.ts';
import { countRun, ledgerStarts } from '#line/count-run.ts';
import { lockFolder } from '#line/lock-folder.ts';
import { helpText, parseLineOptions, refuseKeptByNpm } from '#line/options.ts';
import { makePlace, type LineSetting } from '#line/process-specs.ts';
import { startLine, type RunningLine } from '#line/run-line.ts';
import { isWhole, summaryText, type LineSummary } from '#line/summary.ts';

const teller = createTeller(process.stderr, () => performance.now());
const stopper = new AbortController();
process.on('SIGTERM', () => stopper.abort());
process.on('SIGINT', () => {
  if (!stopper.signal.aborted) teller.step('stopping; what is in flight is settled at the next start');
  stopper.abort();
});

// What is stored and reported follows the verdicts by a moment; longer than this and something is wrong.
const settleMs = 60_000;

async function main(): Promise<number> {
  refuseKeptByNpm(process.argv.slice(2), process.env);
  const options = parseLineOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const config = readLineConfig(process.env);
  const recipeKey = config.HAIRLINE_RECIPE_KEY ?? randomBytes(32).toString('hex');
  const setting: LineSetting = { config, options, place: makePlace(config), recipeKey };
  using _lock = lockFolder(setting.place.dataDir);
  teller.step(`data in ${setting.place.dataDir}, logs in ${setting.place.logDir}`);
  await buildPage();
  const starts = ledgerStarts(setting);
  await using line = await startLine(setting, starts, teller);
  teller.step(`open ${line.url} ${line.openToLook ? 'to look on, without signing in' : 'and sign in'}`);
  line.run();
  if (!(await untilShownAll(setting, line)) && options.parts === null) return 0;
  const summary = await untilSettled(setting, line, starts);
  teller.step(`${summary.triggered} parts\n${summaryText(summary)}`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  // A folder of images has been shown: its pictures and verdicts are there to be looked at.
  if (options.parts === null && !options.json) await untilStopped();
  return isWhole(summary) ? 0 : 1;
}

/** Waits until every station has shown all its parts and they are decided; false when stopped before. */
async function untilShownAll({ options }: LineSetting, line: RunningLine): Promise<boolean> {
  const until = options.durationS === null ? Infinity : performance.now() + options.durationS * 1000;
  while (!stopper.signal.aborted && performance.now() < until) {
    const stations = [...line.progress.values()];
    const sum = (key: 'triggered' | 'decided'): number => stations.reduce((total, one) => total + one[key], 0);
    const of = options.parts === null ? '' : ` of ${options.parts}`;
    teller.progress(`${sum('triggered')}${of} parts triggered, ${sum('decided')} decided`);
    const all = stations.length === options.stations.length && stations.every((one) => one.shownAll);
    if (all && sum('decided') >= sum('triggered')) return true;
    await sleep(250, undefined, { signal: stopper.signal }).catch(() => null);
  }
  return false;
}

async function untilStopped(): Promise<void> {
  teller.step('all images were shown; the dashboard stays until Ctrl-C');
  if (!stopper.signal.aborted) await once(stopper.signal, 'abort');
}

async function untilSettled(
  setting: LineSetting,
  line: RunningLine,
  starts: ReadonlyMap<string, number>,
): Promise<LineSummary> {
  const until = performance.now() + settleMs;
  for (;;) {
    const summary = await countRun(setting, line.databaseUrl, starts);
    if (isWhole(summary) || performance.now() > until || stopper.signal.aborted) return summary;
    teller.progress(`${summary.stored} of ${summary.decided} stored, ${summary.reported} reported`);
    await sleep(250);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = error instanceof FaultError && error.code === 'COMMAND_INVALID' ? 2 : 1;
  process.stderr.write(
    `${error instanceof FaultError ? describeFault(error) : String(error instanceof Error ? error.stack : error)}\n`,
  );
}
process.exit();
