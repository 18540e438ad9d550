import { createLog, type Log } from '#host/log.ts';

/** A log that is not printed. */
export const silentLog: Log = createLog('test', 'silent');
