import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttributeIds,
  BrowsePath,
  coerceNodeId,
  constructEventFilter,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type CallMethodResult,
  type ClientSession,
  type EndpointDescription,
  type NodeId,
  type Variant,
  type VariantOptions,
} from 'node-opcua';
import { machineVisionNamespace } from '#edge/machine-vision/vision-structures.ts';
import { openPki, trustPeer } from '#edge/opcua/pki.ts';

/** An event as a client sees it: the name of its type, and its fields. */
export interface SeenEvent {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A client of a vision server, by browse names below the vision system. */
export interface VisionClient extends AsyncDisposable {
  readonly session: ClientSession;
  /** What the server offers. */
  readonly endpoints: () => Promise<readonly EndpointDescription[]>;
  /** Calls a method by its path, e.g. `RecipeManagement.PrepareRecipe`. */
  readonly call: (path: string, ...inputs: readonly VariantOptions[]) => Promise<CallMethodResult>;
  readonly read: (path: string) => Promise<unknown>;
  readonly nodeOf: (path: string) => string;
  /** A structure of OPC 40100-1 as an argument. */
  readonly make: (dataType: string, fields: Record<string, unknown>) => Promise<VariantOptions>;
  /** Current state, and that of the automatic mode or null. */
  readonly states: () => Promise<readonly [string | null, string | null]>;
  /** Every event so far, in order. */
  readonly events: () => Promise<readonly SeenEvent[]>;
  /** Begins anew, once nothing more comes of what was before. */
  readonly forgetEvents: () => Promise<void>;
}

const structureType = coerceNodeId('i=22');
const hasSubtype = coerceNodeId('i=45');
const clientName = 'VisionClient';
const eventFields = ['JobId', 'ResultId', 'ResultState', 'PartId', 'IsSimulated', 'ResultContent', 'StopReaction'];
const standardFields = ['EventType', 'Message', 'Severity', 'EventId', 'Retain'];

/** Makes client and server trust each other; neither may be running. Answers the application URI of the client. */
export async function exchangeTrust(serverPki: string, clientPki: string): Promise<string> {
  const applicationUri = await makePki(clientPki);
  await (await openPki(serverPki, 'HairlineEdge', new Date())).manager.dispose();
  await trustPeer(serverPki, clientPki, 'client');
  await trustPeer(clientPki, serverPki, 'server');
  return applicationUri;
}

async function makePki(clientPki: string): Promise<string> {
  const { manager, applicationUri } = await openPki(clientPki, clientName, new Date());
  await manager.dispose();
  return applicationUri;
}

/** Opens a session, signed and encrypted, and listens to every event of the vision system. */
export async function openVisionClient(url: string, clientPki: string): Promise<VisionClient> {
  await using opening = new AsyncDisposableStack();
  const client = await createClient(clientPki);
  opening.defer(() => client.disconnect());
  await client.connect(url);
  const session = await client.createSession();
  const namespaces = await session.readNamespaceArray();
  const vision = namespaces.indexOf(machineVisionNamespace);
  const root = `ns=${namespaces.indexOf('urn:hairline:edge')};s=VisionSystem`;
  const nodeOf = (path: string): string => (path === '' ? root : `${root}-${path.replaceAll('.', '-')}`);
  const read: VisionClient['read'] = async (path) => (await session.read({ nodeId: nodeOf(path) })).value.value;
  const listening = await listen(session, root, vision);
  const opened = opening.move();
  return {
    session,
    endpoints: () => client.getEndpoints(),
    ...listening,
    read,
    nodeOf,
    make: async (dataType, fields) => {
      const value = await session.constructExtensionObject(await dataTypeId(session, dataType, vision), fields);
      return { dataType: DataType.ExtensionObject, value };
    },
    call: (path, ...inputArguments) => {
      const objectId = nodeOf(path.split('.').slice(0, -1).join('.'));
      return session.call({ objectId, methodId: nodeOf(path), inputArguments: [...inputArguments] });
    },
    states: async () => {
      const machine = 'VisionStateMachine';
      const inner = `${machine}.AutomaticModeStateMachine`;
      return [textOf(await read(`${machine}.CurrentState`)), textOf(await read(`${inner}.CurrentState`))];
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function createClient(clientPki: string): Promise<OPCUAClient> {
  const pki = await openPki(clientPki, clientName, new Date());
  return OPCUAClient.create({
    applicationName: clientName,
    applicationUri: pki.applicationUri,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    endpointMustExist: false,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
  });
}

function textOf(value: unknown): string | null {
  return (value as { text?: string } | null)?.text ?? null;
}

async function dataTypeId(session: ClientSession, name: string, namespaceIndex: number): Promise<NodeId> {
  for (const path of [[name], ['BinaryIdBaseDataType', name]]) {
    const elements = path.map((step) => {
      const targetName = { namespaceIndex, name: step };
      return { referenceTypeId: hasSubtype, isInverse: false, includeSubtypes: true, targetName };
    });
    const browsePath = new BrowsePath({ startingNode: structureType, relativePath: { elements } });
    const target = (await session.translateBrowsePath(browsePath)).targets?.[0]?.targetId;
    if (target) return target;
  }
  throw new Error(`the server has no ${name}`);
}

async function listen(
  session: ClientSession,
  root: string,
  vision: number,
): Promise<Pick<VisionClient, 'events' | 'forgetEvents'>> {
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 50, publishingEnabled: true });
  const own = eventFields.map((name) => `${vision}:${name}`);
  const item = await subscription.monitor(
    { nodeId: root, attributeId: AttributeIds.EventNotifier },
    { queueSize: 1000, filter: constructEventFilter([...standardFields, ...own]) },
    TimestampsToReturn.Both,
  );
  const seen: (readonly Variant[])[] = [];
  item.on('changed', (values) => seen.push(values as unknown as readonly Variant[]));
  const names = [...standardFields, ...eventFields];
  const events = (): Promise<readonly SeenEvent[]> =>
    Promise.all(
      seen.map(async (values) => {
        const fields = Object.fromEntries(names.map((name, at) => [name, plain(values[at]?.value)]));
        const type = await session.read({ nodeId: values[0]?.value as NodeId, attributeId: AttributeIds.BrowseName });
        return { type: String((type.value.value as { name?: string }).name), fields };
      }),
    );
  const forgetEvents = async (): Promise<void> => {
    let before = -1;
    while (before !== seen.length) {
      before = seen.length;
      await sleep(500);
    }
    seen.length = 0;
  };
  return { events, forgetEvents };
}

/** An id or a text for what holds one, else the value. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('id' in value) return value.id;
  return 'text' in value ? value.text : value;
}
