import type { OpenTrigger, StationLine } from '#edge/station-line.ts';

/** The station's ledger as last read: asking it for every frame would cost a call each. */
export interface LedgerView {
  /** Reads the ledger. */
  refresh(): Promise<readonly OpenTrigger[]>;
  /** What was read last if an entry of it is recent enough for the question, else what is read now. */
  awaited(isRecent: (open: OpenTrigger) => boolean): Promise<readonly OpenTrigger[]>;
}

export function createLedgerView(line: Pick<StationLine, 'openTriggers'>, signal: AbortSignal): LedgerView {
  let known: readonly OpenTrigger[] = [];
  const refresh = async (): Promise<readonly OpenTrigger[]> => (known = await line.openTriggers(signal));
  return { refresh, awaited: async (isRecent) => (known.some(isRecent) ? known : refresh()) };
}
