import { AttributeIds, type DataValue } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { nodeError } from '#edge/opcua/station-fault.ts';

const wayOut = 'Correct the node id in the camera file; npm run edge -- browse URL lists the nodes.';

/**
 * Values of nodes by one call, in their order.
 * @throws FaultError STATION_PROTOCOL for a node that is not there; Error for any other status that is not good
 */
export async function readNodes(
  { session }: Pick<StationSession, 'session'>,
  nodeIds: readonly string[],
): Promise<readonly DataValue[]> {
  const values = await session.read(nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })));
  nodeIds.forEach((nodeId, index) => {
    const value = values[index];
    if (!value) throw new Error('a read without an answer');
    if (!value.statusCode.isGood()) throw nodeError(nodeId, value.statusCode, wayOut);
  });
  return values;
}

/** A whole number; those of 64 bits come as two halves. */
export function wholeNumber(nodeId: string, value: unknown): number {
  const number = Array.isArray(value) ? Number(value[0]) * 2 ** 32 + Number(value[1]) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new FaultError('STATION_PROTOCOL', `${nodeId} shows no whole number: ${String(value)}`, {
    place: nodeId,
    wayOut,
  });
}

/** When the camera wrote a value, ms; null where the server does not say. */
export function writtenMs({ sourceTimestamp }: DataValue): number | null {
  return sourceTimestamp?.getTime() ?? null;
}
