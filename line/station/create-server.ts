import { join } from 'node:path';
import {
  MessageSecurityMode,
  OPCUAServer,
  SecurityPolicy,
  type AddressSpace,
  type Namespace,
  type UAObject,
} from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { stationNamespace } from '#edge/opcua/station-nodes.ts';
import { frameTransport, maxImageBytes, type StationSecurity } from '#edge/opcua/transport.ts';

export interface ServerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly security: StationSecurity;
  readonly pkiDir: string;
  readonly applicationName: string;
  /** Who may log in by name; beside these only X.509 users trusted in `users` of the PKI folder. Everybody unless told. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Largest message in bytes; wide enough for frames unless told. */
  readonly maxMessageBytes?: number;
  /** Fastest sampling that is granted, in ms; 0 unless told: every change is told. */
  readonly samplingMs?: number;
}

/** Where the nodes of a station are added. */
export interface NodePlace {
  readonly namespace: Namespace;
  readonly addressSpace: AddressSpace;
  /** Makes one of the objects below the Objects folder. */
  readonly addObject: (name: string) => UAObject;
}

/** An OPC UA server with limits wide enough for camera frames and the station's empty namespace; not yet listening. */
export async function createServer(options: ServerOptions): Promise<{ server: OPCUAServer; place: NodePlace }> {
  const pki = await openPki(options.pkiDir, options.applicationName, new Date());
  // X.509 users are others than the applications that may connect.
  const users = options.user ? await openPki(join(options.pkiDir, 'users'), options.applicationName, new Date()) : pki;
  const secured = options.security !== 'None';
  const server = new OPCUAServer({
    host: options.host,
    hostname: options.host,
    port: options.port,
    serverInfo: { applicationUri: pki.applicationUri, applicationName: { text: options.applicationName } },
    serverCertificateManager: pki.manager,
    userCertificateManager: users.manager,
    certificateFile: pki.certificateFile,
    securityModes: [secured ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy[options.security]],
    allowAnonymous: options.user === undefined,
    ...(options.user && {
      userManager: { isValidUser: (name: string, password: string) => isUser(options.user, name, password) },
    }),
    // A client that was killed leaves its session behind until that times out.
    serverCapabilities: {
      maxByteStringLength: maxImageBytes,
      maxSessions: 100,
      minSupportedSampleRate: options.samplingMs ?? 0,
    },
    transportSettings: { adjustTransportLimits: (hello) => adjustLimits(hello, options.maxMessageBytes) },
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('the server has no address space after it was initialized');
  const namespace = addressSpace.registerNamespace(stationNamespace);
  const addObject = (name: string): UAObject =>
    namespace.addObject({ browseName: name, nodeId: `s=${name}`, organizedBy: addressSpace.rootFolder.objects });
  return { server, place: { namespace, addressSpace, addObject } };
}

/** Listens, and answers the URL. @throws FaultError PORT_IN_USE */
export async function listen(server: OPCUAServer, options: ServerOptions): Promise<string> {
  try {
    await server.start();
  } catch (cause) {
    if (!String(cause).includes('EADDRINUSE')) throw cause;
    throw new FaultError('PORT_IN_USE', `another program listens on port ${options.port}`, {
      place: `${options.host}:${options.port}`,
      wayOut: 'Stop the other program or choose another port.',
      cause,
    });
  }
  return `opc.tcp://${options.host}:${server.endpoints[0]?.port ?? options.port}`;
}

function isUser(user: ServerOptions['user'], name: string, password: string): boolean {
  return user !== undefined && name === user.name && password === user.password;
}

interface Limits {
  readonly receiveBufferSize: number;
  readonly sendBufferSize: number;
}

function adjustLimits(
  hello: Limits,
  maxMessageSize: number = frameTransport.maxMessageSize,
): typeof hello & { maxMessageSize: number; maxChunkCount: number } {
  const { receiveBufferSize, sendBufferSize, maxChunkCount } = frameTransport;
  return {
    receiveBufferSize: Math.min(hello.receiveBufferSize || receiveBufferSize, receiveBufferSize),
    sendBufferSize: Math.min(hello.sendBufferSize || sendBufferSize, sendBufferSize),
    maxMessageSize,
    maxChunkCount,
  };
}
