import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '#host/abortable.ts';
import type { Log } from '#host/log.ts';
import { buildReport } from '#mes/build-report.ts';
import type { Report } from '#mes/report.schema.ts';
import type { Database } from '#store/database.ts';
import { reportsAfter, type PendingReport } from '#store/queries/pending-reports.ts';
import { deliveredUpTo, noteDelivered, refuseReport } from '#store/queries/report-channel.ts';

/** A way to the MES. */
export interface Channel {
  /** Under this name the database notes how far the channel has come. */
  readonly name: string;
  /**
   * Resolves when the receiver has acknowledged the report: with null, or with the reason why it will never take it.
   * Rejects where it is worth another try. Called in order, several at one time up to `inFlightAtMost`. `pending` is what
   * the report was built from.
   */
  readonly deliver: (report: Report, pending: PendingReport) => Promise<string | null>;
  readonly inFlightAtMost: number;
  /** Called after the database has noted how far the channel has come, and at the start. */
  readonly noted?: (reportNo: number) => void;
  /** Number of the first report that a receiver asks for again, once for each question; null where none asks. */
  readonly askedAgain?: () => number | null;
}

export interface DeliveryOptions {
  readonly database: Database;
  readonly channel: Channel;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Pause between two looks into an outbox that was empty. */
  readonly pollMs: number;
}

const firstPauseMs = 500;
const longestPauseMs = 60_000;

/**
 * Delivers the reports of the outbox through one channel, in order, for ever. A report counts as delivered when it and
 * all before it are acknowledged and the database has noted that; until then it is sent again, with the same id.
 * Throws what the database throws.
 */
export async function deliverReports(options: DeliveryOptions): Promise<void> {
  const { database, channel, log, stop, pollMs } = options;
  let pauseMs = firstPauseMs;
  channel.noted?.(await deliveredUpTo(database, channel.name));
  while (!stop.aborted) {
    const from = await deliveredUpTo(database, channel.name);
    const again = channel.askedAgain?.() ?? null;
    const failure = again === null ? await deliverNext(options, from) : await repeat(options, again, from);
    if (failure === 'none') {
      await sleep(pollMs, undefined, { signal: stop });
    } else if (failure === null) {
      pauseMs = firstPauseMs;
    } else {
      log.warn({ err: failure.reason, channel: channel.name, pauseMs }, 'report not delivered; trying again');
      await sleep(pauseMs, undefined, { signal: stop });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

/** Sends what comes next. Returns the first failure, null where all arrived, `none` where there is nothing to send. */
async function deliverNext(options: DeliveryOptions, from: number): Promise<PromiseRejectedResult | null | 'none'> {
  const { database, channel } = options;
  const pending = await reportsAfter(database, from, channel.inFlightAtMost);
  if (pending.length === 0) return 'none';
  const { arrived, failure } = await send(options, pending);
  await note(
    options,
    pending.slice(0, arrived.length).map((entry) => entry.reportNo),
    arrived,
  );
  return failure;
}

/** Sends reports again that a receiver missed; how far the channel has come stays as it is. */
async function repeat(options: DeliveryOptions, again: number, upTo: number): Promise<PromiseRejectedResult | null> {
  const { database, channel, log } = options;
  log.info({ channel: channel.name, from: again, upTo }, 'a receiver asks for reports again');
  for (let after = again - 1; after < upTo;) {
    const found = await reportsAfter(database, after, channel.inFlightAtMost);
    const pending = found.filter((entry) => entry.reportNo <= upTo);
    const { failure } = await send(options, pending);
    if (failure) return failure;
    after = pending.at(-1)?.reportNo ?? upTo;
  }
  return null;
}

async function send({ channel, stop }: DeliveryOptions, pending: readonly PendingReport[]) {
  const sendings = pending.map(async (entry) => {
    const report = buildReport(entry);
    return report ? channel.deliver(report, entry) : 'the inspection was removed by retention';
  });
  const results = await abortable(Promise.allSettled(sendings), stop);
  const failure = results.find((result) => result.status === 'rejected') ?? null;
  return { failure, arrived: results.slice(0, failure ? results.indexOf(failure) : results.length) };
}

async function note(
  { database, channel, log }: DeliveryOptions,
  reportNos: readonly number[],
  results: readonly PromiseSettledResult<string | null>[],
): Promise<void> {
  for (const [index, reportNo] of reportNos.entries()) {
    const result = results[index];
    const reason = result?.status === 'fulfilled' ? result.value : null;
    if (reason === null) continue;
    log.error({ channel: channel.name, reportNo, reason }, 'report set aside: the receiver will not take it');
    await refuseReport(database, { channel: channel.name, reportNo, reason });
  }
  const last = reportNos.at(-1);
  if (last === undefined) return;
  await noteDelivered(database, channel.name, last);
  channel.noted?.(last);
  log.info({ channel: channel.name, reports: reportNos.length, upTo: last }, 'reports delivered');
}
