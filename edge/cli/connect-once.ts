import { join } from 'node:path';
import { readToolConfig, userOf } from '#edge/config.ts';
import { openSession, type StationSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { whyDisconnected } from '#edge/opcua/why-disconnected.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';

/**
 * A session with any OPC UA server for the time of a command, with the key and the trusted certificates of this edge node.
 * @throws FaultError STATION_UNREACHABLE when it does not open
 */
export async function connectOnce(url: string): Promise<StationSession> {
  prepareOpcua(() => undefined);
  const config = readToolConfig(process.env);
  const { HAIRLINE_DATA_DIR, HAIRLINE_OPCUA_SECURITY } = config;
  const pkiDir = join(HAIRLINE_DATA_DIR, 'pki');
  const pki = await openPki(pkiDir, 'HairlineEdge', new Date());
  const address = { url, security: HAIRLINE_OPCUA_SECURITY, pkiDir, user: userOf(config), foreign: true };
  try {
    const station = await openSession(address, pki, () => undefined);
    return { ...station, close: () => station.close().finally(() => pki.manager.dispose()) };
  } catch (error) {
    await pki.manager.dispose();
    throw whyDisconnected(error, address, pki);
  }
}
