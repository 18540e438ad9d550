import { userInfo } from 'node:os';
import { FaultError } from '#host/fault.ts';
import type { Database } from '#store/database.ts';
import { forgetChannel, reportChannels } from '#store/queries/report-channel.ts';
import { openRefusals } from '#store/queries/report-refusal.ts';
import { askAgain, askRefusedAgain } from '#store/queries/send-again.ts';

export interface ChannelsOrder {
  /** Channel to remove. */
  readonly forget: string | undefined;
  /** Channel to send again: from the report `fromReportNo` on, or what its receiver refused. */
  readonly again: string | undefined;
  readonly fromReportNo: string | undefined;
}

const refusalsAtMost = 1_000;

/**
 * Lists the channels to the MES, how far each has come and what its receiver refused; or does what is ordered of one. 1
 * where that cannot be done.
 */
export async function channels(database: Database, order: ChannelsOrder): Promise<number> {
  const { forget, again, fromReportNo } = order;
  if (fromReportNo !== undefined && again === undefined) throw commandFault('--report goes with --again NAME');
  if (again !== undefined) return sendAgain(database, again, fromReportNo);
  if (forget !== undefined) {
    const forgotten = await forgetChannel(database, forget, userInfo().username);
    return said(forget, forgotten ? 'forgotten' : 'no such channel', forgotten);
  }
  const refusals = await openRefusals(database, refusalsAtMost);
  for (const { channel, deliveredUpTo, againFrom, waiting, updatedAt } of await reportChannels(database)) {
    const repeats = againFrom === null ? '' : `, sent again from ${againFrom} on`;
    process.stdout.write(
      `${channel}: delivered up to ${deliveredUpTo} at ${updatedAt}, ${waiting} reports wait${repeats}\n`,
    );
    for (const refusal of refusals.filter((one) => one.channel === channel)) {
      const { reportNo, refusedAt, reason } = refusal;
      const asked = refusal.again ? '; to be sent again' : '';
      process.stdout.write(`  report ${reportNo} refused at ${refusedAt}: ${reason}${asked}\n`);
    }
  }
  return 0;
}

async function sendAgain(database: Database, channel: string, fromReportNo: string | undefined): Promise<number> {
  if (channel === 'sparkplug')
    throw commandFault('Sparkplug tells how things stand now; --forget sparkplug makes it begin at the first report');
  if (fromReportNo === undefined) {
    const refused = await askRefusedAgain(database, channel);
    return said(
      channel,
      refused > 0 ? `${refused} refused reports are sent again` : 'nothing was refused',
      refused > 0,
    );
  }
  const from = Number(fromReportNo);
  if (!Number.isSafeInteger(from) || from < 1)
    throw commandFault(`--report: "${fromReportNo}" is no number of a report`);
  const asked = await askAgain(database, channel, from);
  return said(channel, asked ? `sent again from report ${from} on` : `has delivered nothing from ${from} on`, asked);
}

function said(channel: string, what: string, done: boolean): number {
  process.stdout.write(`${JSON.stringify(channel)}: ${what}\n`);
  return done ? 0 : 1;
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'channels', wayOut: 'See npm run store -- --help.' });
}
