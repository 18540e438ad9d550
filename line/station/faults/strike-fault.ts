import { AttributeIds, DataType, MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { openPki } from '#edge/opcua/pki.ts';
import type { FaultName } from '#line/station/faults/bad-day.ts';
import { simulatorNamespace, simulatorNodes } from '#line/station/faults/simulator-nodes.ts';

export interface StrikeAddress {
  /** `opc.tcp://host:port` of a simulated station. */
  readonly url: string;
  /** PKI folder of one whom the station trusts, edge node or PLC, for one that is secured; null for one that is not. */
  readonly pkiDir: string | null;
}

/**
 * Switches a fault of a simulated station, by the methods of its own namespace; without one it only asks.
 * @returns what is still to strike, as JSON
 * @throws FaultError STATION_UNREACHABLE, STATION_PROTOCOL where the server is no simulator
 */
export async function strikeFault(
  { url, pkiDir }: StrikeAddress,
  striking: { readonly fault: FaultName; readonly amount: number } | null,
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const pki = pkiDir === null ? null : await openPki(pkiDir, 'HairlineEdge', new Date());
  const client = OPCUAClient.create({
    applicationName: 'HairlineStriker',
    endpointMustExist: false,
    securityMode: pki ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    securityPolicy: pki ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    connectionStrategy: { maxRetry: 0 },
    ...(pki && {
      applicationUri: pki.applicationUri,
      clientCertificateManager: pki.manager,
      certificateFile: pki.certificateFile,
    }),
  });
  stack.defer(() => client.disconnect());
  const session = await client.connect(url).then(
    () => client.createSession(),
    (cause: unknown) => {
      throw new FaultError('STATION_UNREACHABLE', 'the station does not answer', {
        place: url,
        wayOut: 'Name the URL that the station printed; for a secured one --pki, and let each trust the other.',
        cause,
      });
    },
  );
  stack.defer(() => session.close());
  const index = (await session.readNamespaceArray()).indexOf(simulatorNamespace);
  if (index < 0) {
    throw new FaultError('STATION_PROTOCOL', `the server has no namespace ${simulatorNamespace}`, {
      place: url,
      wayOut: 'Name a simulated station: no other lets its faults be switched.',
    });
  }
  const nodeId = (node: keyof typeof simulatorNodes): string => `ns=${index};s=${simulatorNodes[node]}`;
  if (striking) {
    const { statusCode, outputArguments } = await session.call({
      objectId: nodeId('simulator'),
      methodId: nodeId('strike'),
      inputArguments: [
        { dataType: DataType.String, value: striking.fault },
        { dataType: DataType.UInt32, value: striking.amount },
      ],
    });
    if (!statusCode.isGood()) throw new Error(`Simulator.Strike answers ${statusCode.name}`);
    return String(outputArguments?.[0]?.value);
  }
  const { value } = await session.read({ nodeId: nodeId('faults'), attributeId: AttributeIds.Value });
  return String(value.value);
}
