import { setTimeout as sleep } from 'node:timers/promises';
import { MessageSecurityMode, OPCUAClient, SecurityPolicy, type ClientSession } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import type { Pki } from '#edge/opcua/pki.ts';
import { stationNamespace, stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';
import { frameTransport, type StationSecurity } from '#edge/opcua/transport.ts';
import { identityOf, type StationUser } from '#edge/opcua/station-user.ts';

/** Where a station is and how to speak to it. */
export interface StationAddress {
  /** `opc.tcp://host:port` */
  readonly url: string;
  readonly security: StationSecurity;
  /** Folder of our own key and of the certificates we trust. */
  readonly pkiDir: string;
  /** Who logs in; nobody in particular unless told. */
  readonly user?: StationUser | undefined;
  /** A server that is no station: it has other nodes, whose ids come from elsewhere. */
  readonly foreign?: boolean;
}

/** A live session with the namespace of the station resolved. */
export interface StationSession {
  readonly session: Pick<ClientSession, 'read' | 'write' | 'call' | 'browse' | 'browseNext' | 'createSubscription2'>;
  /** Node id of one of the station's nodes. */
  readonly nodeId: (node: StationNode) => string;
  readonly close: () => Promise<void>;
}

/** Calls that wait longer are taken for lost; a long poll stays well below. */
export const transactionTimeoutMs = 15_000;
const sessionTimeoutMs = 30_000;
const goodbyeMs = 2000;

/**
 * Opens one session, trying once. `onLost` is told when the connection breaks afterwards.
 * @throws Error when the station does not answer; FaultError STATION_PROTOCOL when it is no station of ours
 */
export async function openSession(address: StationAddress, pki: Pki, onLost: () => void): Promise<StationSession> {
  const client = createClient(address, pki);
  const close = async (): Promise<void> => {
    client.removeListener('close', onLost);
    // A station that hangs does not say goodbye: the rest of it goes on without us.
    await Promise.race([client.disconnect(), sleep(goodbyeMs, undefined, { ref: false })]);
  };
  try {
    await client.connect(address.url);
    const session = await client.createSession(identityOf(address.user));
    const nodeId = address.foreign ? noStation : await resolveNodes(session, address.url);
    client.once('close', onLost);
    return { session, nodeId, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function createClient(address: StationAddress, pki: Pki): OPCUAClient {
  const secured = address.security !== 'None';
  // The client drops a manager with its last user; ours serves the next connection too.
  pki.manager.referenceCounter += 1;
  return OPCUAClient.create({
    applicationName: 'HairlineEdge',
    applicationUri: pki.applicationUri,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    endpointMustExist: false,
    securityMode: secured ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    securityPolicy: SecurityPolicy[address.security],
    keepSessionAlive: true,
    requestedSessionTimeout: sessionTimeoutMs,
    defaultTransactionTimeout: transactionTimeoutMs,
    // A broken connection is replaced by a new one, by us: the epoch has to be asked again anyway.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    transportSettings: frameTransport,
  });
}

/** The server knows nothing of stations. */
export class NoStation extends FaultError {
  constructor(url: string) {
    super('STATION_PROTOCOL', `the server has no namespace ${stationNamespace}`, {
      place: url,
      wayOut: 'Check the URL; docs/opcua.md lists the nodes a station offers.',
    });
  }
}

function noStation(node: StationNode): never {
  throw new Error(`${stationNodes[node]} of a server that is no station`);
}

async function resolveNodes(session: ClientSession, url: string): Promise<(node: StationNode) => string> {
  const namespaces = await session.readNamespaceArray();
  const index = namespaces.indexOf(stationNamespace);
  if (index < 0) {
    throw new NoStation(url);
  }
  return (node) => `ns=${index};s=${stationNodes[node]}`;
}
