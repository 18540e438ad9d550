import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificateOf } from '#edge/opcua/pki.ts';
import type { ServerOptions } from '#line/station/create-server.ts';
import type { BadDay, ServerFault } from '#line/station/faults/bad-day.ts';
import { stationPki, type ServedStation } from '#line/station/serve-station.ts';

export interface LifeOptions {
  /** Starts the server again, with other limits where they are named. */
  readonly serve: (changed: Pick<ServerOptions, 'maxMessageBytes' | 'samplingMs'>) => Promise<ServedStation>;
  readonly dataDir: string;
  readonly badDay: BadDay;
  readonly failed: (error: unknown) => void;
}

/** A server that ends and begins again where a fault wants it. */
export interface ServerLife extends AsyncDisposable {
  /** null while it is away. */
  served(): ServedStation | null;
}

/** The least that the specification allows. */
const smallMessageBytes = 8 * 1024;
const coarseSamplingMs = 1000;

/** Deals with the faults of a server, one after the other. */
export function createServerLife(first: ServedStation, { serve, dataDir, badDay, failed }: LifeOptions): ServerLife {
  const ended = new AbortController();
  let current: ServedStation | null = first;
  const end = async (): Promise<void> => {
    const ending = current;
    current = null;
    await ending?.[Symbol.asyncDispose]();
  };
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: ended.signal });
  /** Other limits for a while. */
  const limited = async (ms: number, changed: Parameters<typeof serve>[0]): Promise<void> => {
    await end();
    current = await serve(changed);
    await pause(ms);
    await end();
  };
  const strike: Readonly<Record<ServerFault, (ms: number) => Promise<void>>> = {
    restart: async (ms) => {
      await end();
      await pause(ms);
    },
    certificate: async (ms) => {
      await end();
      await rm(certificateOf(stationPki(dataDir)), { force: true });
      await pause(ms);
    },
    'small-messages': (ms) => limited(ms, { maxMessageBytes: smallMessageBytes }),
    coalesce: (ms) => limited(ms, { samplingMs: coarseSamplingMs }),
  };
  let last: Promise<void> = Promise.resolve();
  badDay.onServerFault((fault, ms) => {
    const turn = async (): Promise<void> => {
      ended.signal.throwIfAborted();
      await strike[fault](ms);
      current = await serve({});
    };
    last = last.then(turn).catch((error: unknown) => {
      if (!ended.signal.aborted) failed(error);
    });
  });
  return {
    served: () => current,
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await last;
      await end();
    },
  };
}
