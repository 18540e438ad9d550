import { join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import { readToolConfig } from '#edge/config.ts';
import { openSession, type StationSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';

/**
 * A session with any OPC UA server for the time of a command, with the key and the trusted certificates of this edge node.
 * @throws FaultError STATION_UNREACHABLE when it does not open
 */
export async function connectOnce(url: string): Promise<StationSession> {
  prepareOpcua(() => undefined);
  const { HAIRLINE_DATA_DIR, HAIRLINE_OPCUA_SECURITY } = readToolConfig(process.env);
  const pkiDir = join(HAIRLINE_DATA_DIR, 'pki');
  const pki = await openPki(pkiDir, 'HairlineEdge', new Date());
  try {
    const station = await openSession(
      { url, security: HAIRLINE_OPCUA_SECURITY, pkiDir, foreign: true },
      pki,
      () => undefined,
    );
    return { ...station, close: () => station.close().finally(() => pki.manager.dispose()) };
  } catch (error) {
    await pki.manager.dispose();
    throw new FaultError('STATION_UNREACHABLE', error instanceof Error ? error.message : String(error), {
      place: url,
      wayOut: 'Check the URL; HAIRLINE_OPCUA_SECURITY=None asks without security.',
      cause: error,
    });
  }
}
