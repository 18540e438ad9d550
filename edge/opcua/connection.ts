import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '#host/abortable.ts';
import { FaultError } from '#host/fault.ts';
import { openSession, type StationAddress, type StationSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { whyDisconnected } from '#edge/opcua/why-disconnected.ts';
import type { StationState } from '#edge/station-line.ts';

/** A session with the station that is replaced whenever it breaks. */
export interface StationConnection extends AsyncDisposable {
  /**
   * Runs work on a live session; when it fails, on the next one, for ever. Work must therefore be safe to repeat.
   * @throws FaultError that the work itself throws; the signal's reason
   */
  use<T>(work: (station: StationSession) => Promise<T>, signal: AbortSignal): Promise<T>;
}

const firstPauseMs = 200;
const longestPauseMs = 5000;

/** Prepares a connection to a station; it is opened by its first use. `onState` hears of every change and failed try. */
export async function connectStation(
  address: StationAddress,
  onState: (state: StationState) => void,
): Promise<StationConnection> {
  const pki = await openPki(address.pkiDir, 'HairlineEdge', new Date());
  let current: Promise<StationSession> | null = null;
  let pauseMs = firstPauseMs;

  const disconnected = (cause: unknown, retryInMs: number): StationState => {
    return { kind: 'disconnected', fault: whyDisconnected(cause, address, pki), retryInMs };
  };
  const drop = async (dropped: Promise<StationSession>): Promise<void> => {
    if (current === dropped) current = null;
    const [opened] = await Promise.allSettled([dropped]);
    if (opened.status === 'fulfilled') await Promise.allSettled([opened.value.close()]);
  };
  const open = (): Promise<StationSession> => {
    pki.manager.refused = null;
    const opening: Promise<StationSession> = openSession(address, pki, () => {
      if (current !== opening) return;
      onState(disconnected(new Error('the connection broke'), 0));
      void drop(opening);
    });
    opening.then(
      () => onState({ kind: 'connected' }),
      // Told by the use that waits for it.
      () => undefined,
    );
    return opening;
  };

  return {
    use: async (work, signal) => {
      for (;;) {
        signal.throwIfAborted();
        const opening = (current ??= open());
        try {
          const working = opening.then((station) => {
            signal.throwIfAborted();
            return work(station);
          });
          const done = await abortable(working, signal);
          pauseMs = firstPauseMs;
          return done;
        } catch (error) {
          if (signal.aborted || error instanceof FaultError) throw error;
          await drop(opening);
          onState(disconnected(error, pauseMs));
          await sleep(pauseMs, undefined, { signal });
          pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (current !== null) await drop(current);
      await pki.manager.dispose();
    },
  };
}
