import { userInfo } from 'node:os';
import type { Database } from '#store/database.ts';
import { forgetChannel, reportChannels } from '#store/queries/report-channel.ts';

/** Lists the channels to the MES and how far each has come; with `forget`, removes one. 1 where it is not there. */
export async function channels(database: Database, forget: string | undefined): Promise<number> {
  if (forget !== undefined) {
    const forgotten = await forgetChannel(database, forget, userInfo().username);
    process.stdout.write(`${JSON.stringify(forget)}: ${forgotten ? 'forgotten' : 'no such channel'}\n`);
    return forgotten ? 0 : 1;
  }
  for (const { channel, deliveredUpTo, waiting, updatedAt } of await reportChannels(database)) {
    process.stdout.write(`${channel}: delivered up to ${deliveredUpTo} at ${updatedAt}, ${waiting} reports wait\n`);
  }
  return 0;
}
