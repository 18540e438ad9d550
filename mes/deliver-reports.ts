import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '#host/abortable.ts';
import type { Log } from '#host/log.ts';
import { buildReport } from '#mes/build-report.ts';
import type { Report } from '#mes/report.schema.ts';
import type { Database } from '#store/database.ts';
import { reportsAfter, reportsRefused, type PendingReport } from '#store/queries/pending-reports.ts';
import { channelState, noteDelivered, type ChannelState } from '#store/queries/report-channel.ts';
import { refuseReport, settleRefusals } from '#store/queries/report-refusal.ts';
import { askAgain, noteSentAgain } from '#store/queries/send-again.ts';

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
const removed = 'the inspection was removed by retention';

/**
 * Delivers the reports of the outbox through one channel, in order, for ever. A report counts as delivered when it and
 * all before it are acknowledged and the database has noted that; until then it is sent again, with the same id. What is
 * asked for again goes before what is new. Throws what the database throws.
 */
export async function deliverReports(options: DeliveryOptions): Promise<void> {
  const { database, channel, log, stop, pollMs } = options;
  let pauseMs = firstPauseMs;
  channel.noted?.((await channelState(database, channel.name)).deliveredUpTo);
  while (!stop.aborted) {
    const outcome = await deliverSome(options);
    if (outcome === 'none') {
      await sleep(pollMs, undefined, { signal: stop });
    } else if (outcome === null) {
      pauseMs = firstPauseMs;
    } else {
      log.warn({ err: outcome.reason, channel: channel.name, pauseMs }, 'report not delivered; trying again');
      await sleep(pauseMs, undefined, { signal: stop });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

/** Sends some reports. Returns the first failure, null where all arrived, `none` where there is nothing to send. */
async function deliverSome(options: DeliveryOptions): Promise<PromiseRejectedResult | null | 'none'> {
  const { database, channel, log } = options;
  const asked = channel.askedAgain?.() ?? null;
  if (asked !== null && (await askAgain(database, channel.name, asked)))
    log.info({ channel: channel.name, from: asked }, 'a receiver asks for reports again');
  const { pending, ifRemoved, note } = await nextBatch(options, await channelState(database, channel.name));
  if (pending.length === 0) return 'none';
  const { arrived, failure } = await send(options, { pending, ifRemoved });
  await settle(options, arrived);
  const last = arrived.at(-1);
  if (last) await note(last.reportNo);
  return failure;
}

interface Batch {
  readonly pending: readonly PendingReport[];
  /** What is said of one whose inspection retention has removed; null: nothing, since it was delivered before. */
  readonly ifRemoved: string | null;
  /** Notes that it has arrived up to this number. */
  readonly note: (upTo: number) => Promise<void>;
}

async function nextBatch({ database, channel, log }: DeliveryOptions, state: ChannelState): Promise<Batch> {
  const { deliveredUpTo, againFrom, refusedAgain } = state;
  const { name, inFlightAtMost } = channel;
  if (refusedAgain) {
    const pending = await reportsRefused(database, name, inFlightAtMost);
    return { pending, ifRemoved: removed, note: () => Promise.resolve() };
  }
  if (againFrom !== null) {
    const found = await reportsAfter(database, againFrom - 1, inFlightAtMost);
    return {
      pending: found.filter((entry) => entry.reportNo <= deliveredUpTo),
      ifRemoved: null,
      note: (upTo) => noteSentAgain(database, name, { from: againFrom, upTo }),
    };
  }
  const note = async (upTo: number): Promise<void> => {
    await noteDelivered(database, name, upTo);
    channel.noted?.(upTo);
    log.info({ channel: name, upTo }, 'reports delivered');
  };
  return { pending: await reportsAfter(database, deliveredUpTo, inFlightAtMost), ifRemoved: removed, note };
}

/** A report that the receiver has answered: with null, or with why it will never take it. */
interface Arrived {
  readonly reportNo: number;
  readonly refusal: string | null;
}

async function send({ channel, stop }: DeliveryOptions, { pending, ifRemoved }: Pick<Batch, 'pending' | 'ifRemoved'>) {
  const sendings = pending.map(async (entry): Promise<Arrived> => {
    const report = buildReport(entry);
    const refusal = report ? await channel.deliver(report, entry) : ifRemoved;
    return { reportNo: entry.reportNo, refusal };
  });
  const results = await abortable(Promise.allSettled(sendings), stop);
  const arrived: Arrived[] = [];
  for (const result of results) {
    if (result.status === 'rejected') return { arrived, failure: result };
    arrived.push(result.value);
  }
  return { arrived, failure: null };
}

/** Sets aside what was refused, and settles what was refused before and is taken now. */
async function settle({ database, channel, log }: DeliveryOptions, arrived: readonly Arrived[]): Promise<void> {
  for (const { reportNo, refusal: reason } of arrived) {
    if (reason === null) continue;
    log.error({ channel: channel.name, reportNo, reason }, 'report set aside: the receiver will not take it');
    await refuseReport(database, { channel: channel.name, reportNo, reason });
  }
  const taken = arrived.filter(({ refusal }) => refusal === null).map(({ reportNo }) => reportNo);
  await settleRefusals(database, channel.name, taken);
}
