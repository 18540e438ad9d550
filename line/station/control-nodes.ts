import { DataType } from 'node-opcua';
import { stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';
import type { NodePlace } from '#line/station/create-server.ts';

const start = { [DataType.Boolean]: false, [DataType.UInt32]: 0, [DataType.String]: '' } as const;
type LevelType = keyof typeof start;

const levels: readonly (readonly [StationNode, LevelType])[] = [
  ['edgeHeartbeat', DataType.UInt32],
  ['edgeReady', DataType.Boolean],
  ['edgeBusy', DataType.Boolean],
  ['edgeError', DataType.Boolean],
  ['edgeErrorText', DataType.String],
  ['edgeLocked', DataType.Boolean],
  ['edgeLockCode', DataType.String],
  ['edgeDeadlineMs', DataType.UInt32],
  ['edgeRecipeId', DataType.String],
  ['edgeRecipeDone', DataType.Boolean],
  ['edgeRecipeRefusal', DataType.String],
  ['plcHeartbeat', DataType.UInt32],
  ['plcRecipeId', DataType.String],
  ['plcRecipeRequest', DataType.Boolean],
];

/** Adds the objects Edge and Plc: levels that one side writes and the other reads; the station only holds them. */
export function addControlNodes(place: NodePlace): void {
  const objects = { Edge: place.addObject(stationNodes.edge), Plc: place.addObject(stationNodes.plc) };
  for (const [node, dataType] of levels) {
    const [owner, browseName] = stationNodes[node].split('.') as [keyof typeof objects, string];
    place.namespace.addVariable({
      componentOf: objects[owner],
      browseName,
      nodeId: `s=${stationNodes[node]}`,
      dataType,
      accessLevel: 'CurrentRead | CurrentWrite',
      minimumSamplingInterval: 50,
      value: { dataType, value: start[dataType] },
    });
  }
}
