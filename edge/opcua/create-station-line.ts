import { StatusCodes } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { parseJson } from '#host/parse-json.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { handOver } from '#edge/opcua/hand-over.ts';
import type { StationAddress, StationSession } from '#edge/opcua/open-session.ts';
import { statusError } from '#edge/opcua/station-fault.ts';
import { openTriggersSchema } from '#edge/opcua/station.schema.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import type { OpenTrigger, ResultAnswer, StationLine, StationState } from '#edge/station-line.ts';

export interface StationLineOptions {
  readonly address: StationAddress;
  readonly onState: (state: StationState) => void;
  /** Remarks of node-opcua, for a log at its lowest level. */
  readonly onNote: (text: string) => void;
}

/** The station's ledger and result nodes, over a connection beside the one for frames. Connects with the first call. */
export async function createStationLine(options: StationLineOptions): Promise<StationLine & AsyncDisposable> {
  prepareOpcua(options.onNote);
  const connection = await connectStation(options.address, options.onState);
  let last: Promise<unknown> = Promise.resolve();
  return {
    openTriggers: (signal) => connection.use(callOpenTriggers, signal),
    write: (result, signal) => {
      let handing: Promise<ResultAnswer> | null = null;
      const written = last.then(() =>
        connection.use((station) => (handing = handOver(station, result, signal)), signal),
      );
      // The next one waits until nothing of this one is under way, however it ended; its own caller hears how.
      last = Promise.allSettled([written]).then(() => Promise.allSettled([handing]));
      return written;
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

async function callOpenTriggers({ session, nodeId }: StationSession): Promise<readonly OpenTrigger[]> {
  const answer = await session.call({
    objectId: nodeId('ledger'),
    methodId: nodeId('openTriggers'),
    inputArguments: [],
  });
  if (!answer.statusCode.equals(StatusCodes.Good)) throw statusError('openTriggers', answer.statusCode);
  const text: unknown = answer.outputArguments?.[0]?.value;
  const parsed = openTriggersSchema.safeParse(typeof text === 'string' ? parseJson(text) : undefined);
  if (parsed.success) return parsed.data;
  throw new FaultError('STATION_PROTOCOL', `Ledger.OpenTriggers answers in another form: ${parsed.error.message}`, {
    place: 'Ledger.OpenTriggers',
    wayOut: 'Answer as docs/opcua.md says.',
    cause: parsed.error,
  });
}
