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

/** How often mes is killed while it catches up. */
const killEveryMs = 5_000;

/** Opens the webhook of the MES, which was down for all reports so far. Says what it took to deliver them. */
export async function catchUpByWebhook({ webhookMes, mes }: RunningPlant, lastReportNo: number): Promise<string> {
  const startedAt = performance.now();
  await webhookMes.open();
  // Its pause between two tries may have grown to a minute.
  mes.kill();
  let kills = 1;
  while (!(await until(() => webhookMes.reportNos().at(-1) === lastReportNo, killEveryMs))) {
    if (performance.now() - startedAt > settleMs) break;
    mes.kill();
    kills += 1;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  return `webhook open: ${webhookMes.reportNos().length} reports in ${seconds} s over ${kills} kills of mes`;
}
