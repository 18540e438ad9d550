import { StatusCodes, type StatusCode } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';

// With these the same call will never be answered: it is not a matter of waiting.
const lacking = [
  StatusCodes.BadNodeIdUnknown,
  StatusCodes.BadNodeIdInvalid,
  StatusCodes.BadMethodInvalid,
  StatusCodes.BadArgumentsMissing,
  StatusCodes.BadTooManyArguments,
  StatusCodes.BadInvalidArgument,
  StatusCodes.BadTypeMismatch,
  StatusCodes.BadNotWritable,
  StatusCodes.BadNotReadable,
  StatusCodes.BadUserAccessDenied,
];

/** The error for a status that is not good: a fault where the server is no station as docs/opcua.md has it. */
export function statusError(node: StationNode, status: StatusCode): Error {
  return nodeError(stationNodes[node], status, 'Map the node as docs/opcua.md says.');
}

/** The same for any node; `wayOut` is what a person does where waiting would not help. */
export function nodeError(node: string, status: StatusCode, wayOut: string): Error {
  if (!lacking.some((known) => known.equals(status))) return new Error(`${node} answers ${status.name}`);
  return new FaultError('STATION_PROTOCOL', `${node} answers ${status.name}: ${status.description}`, {
    place: node,
    wayOut,
  });
}
