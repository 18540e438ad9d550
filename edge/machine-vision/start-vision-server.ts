import { randomUUID } from 'node:crypto';
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUAServer,
  SecurityPolicy,
  type AddressSpace,
  type Namespace,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { bindConfigurations } from '#edge/machine-vision/bind-configurations.ts';
import { bindControl } from '#edge/machine-vision/bind-control.ts';
import { bindRecipes } from '#edge/machine-vision/bind-recipes.ts';
import { bindResults } from '#edge/machine-vision/bind-results.ts';
import { createConditionNodes, type ConditionNodes } from '#edge/machine-vision/condition-nodes.ts';
import { raiseVisionEvent } from '#edge/machine-vision/raise-events.ts';
import { bindResultFiles } from '#edge/machine-vision/result-files.ts';
import type { Loaded } from '#edge/machine-vision/vision-ids.ts';
import { createStateNodes } from '#edge/machine-vision/state-nodes.ts';
import { createStructures, machineVisionNamespace } from '#edge/machine-vision/vision-structures.ts';
import type { VisionServerOptions } from '#edge/machine-vision/vision-messages.ts';
import { showSystemState } from '#edge/machine-vision/system-state.ts';
import { createVisionSystem, type VisionEvent, type VisionSystem } from '#edge/machine-vision/vision-system.ts';
import { openPki } from '#edge/opcua/pki.ts';

/** Namespace of the instances; the types are in that of OPC 40100-1. */
export const edgeNamespace = 'urn:hairline:edge';

/** A listening server of OPC 40100-1. */
export interface VisionServer extends AsyncDisposable {
  readonly url: string;
  readonly system: VisionSystem;
  readonly conditions: ConditionNodes;
  /** The edge node was loaded anew. */
  readonly load: (loaded: Loaded) => void;
}

/**
 * Starts the server with one vision system below Objects. Every channel is signed and encrypted, and no client is trusted
 * on its own.
 * @throws FaultError PORT_IN_USE
 */
export async function startVisionServer(
  options: VisionServerOptions,
  told: (text: string) => void,
): Promise<VisionServer> {
  const server = await createServer(options);
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('the server has no address space after it was initialized');
  addressSpace.installAlarmsAndConditionsService();
  const namespace = addressSpace.registerNamespace(edgeNamespace);
  const node = createVisionSystemNode(addressSpace, namespace, options.stationId);
  const { close, ...wired } = wire({ addressSpace, namespace, node }, options, told);
  const url = await listen(server, options);
  return {
    url,
    ...wired,
    [Symbol.asyncDispose]: async () => {
      close();
      await server.shutdown(0);
    },
  };
}

async function createServer({ host, port, pkiDir, stationId }: VisionServerOptions): Promise<OPCUAServer> {
  const pki = await openPki(pkiDir, 'HairlineEdge', new Date());
  const server = new OPCUAServer({
    host,
    hostname: host,
    port,
    serverInfo: { applicationUri: pki.applicationUri, applicationName: { text: `Hairline ${stationId}` } },
    buildInfo: { productName: 'Hairline edge node', productUri: 'urn:hairline:edge' },
    serverCertificateManager: pki.manager,
    userCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    securityModes: [MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss],
    maxConnectionsPerEndpoint: 20,
    serverCapabilities: { maxSessions: 20 },
    nodesets: [nodesets.standard, nodesets.machineVision],
  });
  await server.initialize();
  return server;
}

async function listen(server: OPCUAServer, { host, port }: VisionServerOptions): Promise<string> {
  try {
    await server.start();
  } catch (cause) {
    if (!String(cause).includes('EADDRINUSE')) throw cause;
    throw new FaultError('PORT_IN_USE', `another program listens on port ${port}`, {
      place: `${host}:${port}`,
      wayOut: 'Stop the other program or set HAIRLINE_EDGE_MACHINE_VISION_PORT to another port.',
      cause,
    });
  }
  return `opc.tcp://${host}:${server.endpoints[0]?.port ?? port}`;
}

interface VisionPlace {
  readonly addressSpace: AddressSpace;
  readonly namespace: Namespace;
  readonly node: UAObject;
}

/** The vision system with everything that the profile "Simple Inline Vision System" wants, and result files beside it. */
function createVisionSystemNode(addressSpace: AddressSpace, namespace: Namespace, stationId: string): UAObject {
  const type = addressSpace.findObjectType('VisionSystemType', addressSpace.getNamespaceIndex(machineVisionNamespace));
  if (!type) throw new Error('the node set has no VisionSystemType');
  return type.instantiate({
    namespace,
    browseName: 'VisionSystem',
    displayName: { text: `Vision system of station ${stationId}` },
    nodeId: 's=VisionSystem',
    organizedBy: addressSpace.rootFolder.objects,
    eventNotifier: 1,
    eventSourceOf: addressSpace.rootFolder.objects.server,
    optionals: [
      'ConfigurationManagement',
      'RecipeManagement',
      'ResultManagement',
      'ResultManagement.ResultTransfer',
      'DiagnosticLevel',
      'SystemState',
      'VisionStateMachine.SelectModeAutomatic',
      'VisionStateMachine.AutomaticModeStateMachine',
      'VisionStateMachine.AutomaticModeStateMachine.SimulationMode',
    ],
  });
}

/** Ties the vision system to its nodes, and fills it with what the outbox holds. */
function wire(
  place: VisionPlace,
  options: VisionServerOptions,
  told: (text: string) => void,
): Pick<VisionServer, 'system' | 'conditions' | 'load'> & { readonly close: () => void } {
  const { addressSpace, namespace, node } = place;
  const structures = createStructures(addressSpace);
  const machine = child(node, 'VisionStateMachine');
  const automatic = child(machine, 'AutomaticModeStateMachine');
  const states = createStateNodes(addressSpace, machine, automatic);
  const level = variable(node, 'DiagnosticLevel');
  level.setValueFromSource({ dataType: DataType.UInt16, value: quietLevel });
  const diagnosticLevel = (): number => Number(level.readValue().value.value);
  const eventTools = { addressSpace, source: node, states, structures, diagnosticLevel };
  const showState = (): void => {
    states.show(system.state());
    showSystemState(variable(node, 'SystemState'), system.state(), structures);
  };
  const emit = (event: VisionEvent): void => {
    if (event.kind === 'transition') showState();
    if (event.kind === 'information') told(event.note.text);
    raiseVisionEvent(event, eventTools);
  };
  const system = createVisionSystem({ loaded: options.loaded, newJobId: randomUUID, emit });
  showState();
  bindControl(machine, automatic, { system, structures });
  bindRecipes(child(node, 'RecipeManagement'), { system, structures });
  const configurations = child(node, 'ConfigurationManagement');
  const showConfiguration = bindConfigurations(configurations, () => system.loaded().configuration, structures);
  const management = child(node, 'ResultManagement');
  bindResults(management, { results: system.results, structures, now: () => new Date() });
  const close = bindResultFiles(child(management, 'ResultTransfer'), namespace, system.results);
  const conditions = createConditionNodes({ addressSpace, namespace, source: node });
  const load = (loaded: Loaded): void => {
    system.load(loaded);
    showConfiguration();
  };
  return { system, conditions, load, close };
}

/** Diagnostic events have severities up to 200; a client that wants them lowers the level. */
const quietLevel = 201;

function child(parent: UAObject, name: string): UAObject {
  const found = parent.getComponentByName(name);
  if (!found) throw new Error(`${parent.browseName.name} has no ${name}`);
  return found as UAObject;
}

function variable(parent: UAObject, name: string): UAVariable {
  return child(parent, name) as unknown as UAVariable;
}
