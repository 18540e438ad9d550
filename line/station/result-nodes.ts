import { DataType, StatusCodes, Variant, type StatusCode, type UAVariable } from 'node-opcua';
import { stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';
import type { NodePlace } from '#line/station/create-server.ts';
import type { OfferedResult } from '#line/station/ledger.ts';

/** What the station does with a result. */
export interface ResultTaker {
  /** Latches it, on disk. Answers why it is refused, null when it is taken. */
  readonly take: (result: OfferedResult) => string | null;
  /** Hears of a result that could not be written down. */
  readonly failed: (error: unknown) => void;
  /** Whether a PLC stands at the station: then a result is acknowledged once the PLC has it too. */
  readonly withPlc: boolean;
}

/** Adds the object Result: data that the edge writes, and the level handshake around them. */
export function addResultNodes(place: NodePlace, taker: ResultTaker): void {
  const object = place.addObject(stationNodes.result);
  const add = (node: StationNode, dataType: DataType, value: Parameters<typeof bound>[0]): UAVariable =>
    place.namespace.addVariable({
      componentOf: object,
      browseName: stationNodes[node].slice('Result.'.length),
      nodeId: `s=${stationNodes[node]}`,
      dataType,
      minimumSamplingInterval: 50,
      ...bound(value, dataType),
    });
  const sequence = add('resultSequence', DataType.UInt32, 0);
  const epoch = add('resultEpoch', DataType.String, '');
  const triggerNo = add('resultTriggerNo', DataType.UInt32, 0);
  const serial = add('resultSerial', DataType.String, '');
  const inspectionId = add('resultInspectionId', DataType.String, '');
  const verdict = add('resultVerdict', DataType.Int32, 0);
  add('resultOk', DataType.Boolean, false);
  add('resultNg', DataType.Boolean, false);
  const valueOf = (variable: UAVariable): unknown => variable.readValue().value.value;
  const textOf = (variable: UAVariable): string => {
    const value = valueOf(variable);
    return typeof value === 'string' ? value : '';
  };
  const handshake = createHandshake(taker, () => ({
    sequence: Number(valueOf(sequence)),
    epoch: textOf(epoch),
    triggerNo: Number(valueOf(triggerNo)),
    serial: textOf(serial),
    inspectionId: textOf(inspectionId),
    verdict: Number(valueOf(verdict)),
  }));
  const plcAck = add('resultPlcAck', DataType.Boolean, false);
  const ack = (): boolean => {
    if (!taker.withPlc) return handshake.ack();
    // Also until the PLC lets go: a level left from the part before must not answer for the next one.
    return valueOf(plcAck) === true && (handshake.ack() || !handshake.ready());
  };
  add('resultReady', DataType.Boolean, { get: handshake.ready, set: handshake.setReady });
  add('resultAck', DataType.Boolean, { get: ack });
  add('resultRefusal', DataType.String, { get: handshake.refusal });
}

type Level = string | number | boolean;

/** Options of a variable: a value that the edge writes, or one that the station computes. */
function bound(
  value: Level | { readonly get: () => Level; readonly set?: (value: unknown) => StatusCode },
  dataType: DataType,
): object {
  if (typeof value !== 'object') return { accessLevel: 'CurrentRead | CurrentWrite', value: { dataType, value } };
  const get = (): Variant => new Variant({ dataType, value: value.get() });
  const { set } = value;
  if (!set) return { accessLevel: 'CurrentRead', value: { get } };
  return {
    accessLevel: 'CurrentRead | CurrentWrite',
    value: { get, set: (variant: Variant) => set(variant.value) },
  };
}

interface Handshake {
  readonly ready: () => boolean;
  readonly ack: () => boolean;
  readonly refusal: () => string;
  readonly setReady: (value: unknown) => StatusCode;
}

/** A result is taken when ready rises, and only then; the answer stands until ready falls. */
function createHandshake(taker: ResultTaker, offered: () => OfferedResult): Handshake {
  let ready = false;
  let answer: { readonly ack: boolean; readonly refusal: string } = { ack: false, refusal: '' };
  return {
    ready: () => ready,
    ack: () => answer.ack,
    refusal: () => answer.refusal,
    setReady: (value) => {
      if (value === true && !ready) {
        try {
          const refusal = taker.take(offered());
          answer = { ack: refusal === null, refusal: refusal ?? '' };
        } catch (error) {
          taker.failed(error);
          return StatusCodes.BadInternalError;
        }
      }
      if (value !== true) answer = { ack: false, refusal: '' };
      ready = value === true;
      return StatusCodes.Good;
    },
  };
}
