import type { DataType } from 'node-opcua';
import { AttributeIds, StatusCodes, type DataValue } from 'node-opcua';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { statusError } from '#edge/opcua/station-fault.ts';
import type { StationNode } from '#edge/opcua/station-nodes.ts';

export type NodeValue = readonly [StationNode, DataType, string | number | boolean];

/** Writes values in one call. @throws FaultError STATION_PROTOCOL where a node is lacking; Error for any other refusal */
export async function writeNodes({ session, nodeId }: StationSession, values: readonly NodeValue[]): Promise<void> {
  const statuses = await session.write(
    values.map(([node, dataType, value]) => ({
      nodeId: nodeId(node),
      attributeId: AttributeIds.Value,
      value: { value: { dataType, value } },
    })),
  );
  values.forEach(([node], index) => {
    const status = statuses[index];
    if (!status?.isGood()) throw status ? statusError(node, status) : new Error('a write without an answer');
  });
}

/** Reads values in one call, in the order asked. Throws as `writeNodes` does. */
export async function readNodes<Names extends readonly StationNode[]>(
  { session, nodeId }: StationSession,
  nodes: Names,
): Promise<Record<Names[number], unknown>> {
  const values = await session.read(nodes.map((node) => ({ nodeId: nodeId(node) })));
  const read = nodes.map((node, index) => [node, valueOf(node, values[index])] as const);
  return Object.fromEntries(read) as Record<Names[number], unknown>;
}

/** Whether a station has not one of these nodes. */
export async function lackAll({ session, nodeId }: StationSession, nodes: readonly StationNode[]): Promise<boolean> {
  const values = await session.read(nodes.map((node) => ({ nodeId: nodeId(node) })));
  return values.every(({ statusCode }) => statusCode.equals(StatusCodes.BadNodeIdUnknown));
}

function valueOf(node: StationNode, value: DataValue | undefined): unknown {
  if (!value) throw new Error('a read without an answer');
  if (!value.statusCode.isGood()) throw statusError(node, value.statusCode);
  return value.value.value;
}
