import { DataType, StatusCodes, Variant, type StatusCode } from 'node-opcua';
import { stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';
import type { NodePlace } from '#line/station/create-server.ts';
import type { TriggerGate } from '#line/station/trigger-gate.ts';

/** Adds the object Trigger: the PLC's request, and the part that the station took for it. */
export function addTriggerNodes(place: NodePlace, gate: TriggerGate): void {
  const object = place.addObject(stationNodes.trigger);
  const add = (
    node: StationNode,
    dataType: DataType,
    get: () => string | number | boolean,
    set?: (value: Variant) => StatusCode,
  ): void => {
    place.namespace.addVariable({
      componentOf: object,
      browseName: stationNodes[node].slice('Trigger.'.length),
      nodeId: `s=${stationNodes[node]}`,
      dataType,
      accessLevel: set ? 'CurrentRead | CurrentWrite' : 'CurrentRead',
      minimumSamplingInterval: 50,
      value: { get: () => new Variant({ dataType, value: get() }), ...(set ? { set } : {}) },
    });
  };
  // Another life of the server: who asked the one before asks again.
  gate.request(false);
  add('triggerRequest', DataType.Boolean, gate.requested, ({ value }) => {
    gate.request(value === true);
    return StatusCodes.Good;
  });
  add('triggerChallenge', DataType.Boolean, gate.challenges, ({ value }) => {
    gate.challenge(value === true);
    return StatusCodes.Good;
  });
  add('triggerEpoch', DataType.String, () => gate.taken()?.epoch ?? '');
  add('triggerNo', DataType.UInt32, () => gate.taken()?.triggerNo ?? 0);
  add('triggerSerial', DataType.String, () => gate.taken()?.serial ?? '');
  add('triggerTaken', DataType.Boolean, () => gate.taken() !== null);
}
