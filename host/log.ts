import { destination, pino, type Logger } from 'pino';

export type Log = Logger;

/** Logger of one component. Writes JSON lines to standard error, so that standard output stays for results. */
export function createLog(component: string, level: string): Log {
  return pino(
    {
      level,
      base: { component },
      redact: ['*.password', '*.token', '*.apiKey'],
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
    },
    destination({ dest: 2, sync: true }),
  );
}
