import { stations, type RunningPlant } from './start-plant.ts';
import { settleMs, until } from './until.ts';

/** One server is down while every station goes on up to `target`; then it comes back. Says what that took. */
export async function outage(plant: RunningPlant, what: 'database' | 'broker', target: number): Promise<string> {
  await until(() => plant.waiting() === 0, settleMs);
  const part = what === 'database' ? plant.server : plant.broker;
  const before = plant.triggered();
  await part.kill();
  plant.order({ target });
  await until(() => plant.triggered() >= target * stations.length, settleMs);
  const [parts, kept] = [plant.triggered() - before, plant.waiting()];
  await part.start();
  const backAt = performance.now();
  await until(() => plant.waiting() === 0, settleMs);
  const seconds = (performance.now() - backAt) / 1000;
  return `${what} down for ${parts} parts: the edge nodes kept ${kept}, all stored ${seconds.toFixed(1)} s after it came back`;
}

/** So many reports mes delivers before it is killed again: it must come further each time, however slow the machine. */
const killEvery = 500;

/** Opens the webhook of the MES, which was down for all reports so far. Says what it took to deliver them. */
export async function catchUpByWebhook({ webhookMes, mes }: RunningPlant, lastReportNo: number): Promise<string> {
  const startedAt = performance.now();
  const caughtUp = (): boolean => webhookMes.reportNos().at(-1) === lastReportNo;
  await webhookMes.open();
  let kills = 0;
  for (let came = true; came && !caughtUp();) {
    // At first because its pause between two tries may have grown to a minute.
    mes.kill();
    kills += 1;
    const next = webhookMes.reportNos().length + killEvery;
    came = await until(() => caughtUp() || webhookMes.reportNos().length >= next, settleMs);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  return `webhook open: ${webhookMes.reportNos().length} reports in ${seconds} s over ${kills} kills of mes`;
}
